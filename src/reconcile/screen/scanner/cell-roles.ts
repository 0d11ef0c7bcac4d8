/** What the scanner reads a cell for, beside comparing it. */

export const ID_CELL = 0;
export const STATUS_CELL = 1;
export const METADATA_CELL = 2;
export const LIVEMODE_CELL = 3;
export const CREATED_CELL = 4;
export const TEST_CLOCK_CELL = 5;
export const PRICE_CELL = 6;
export const CURRENCY_CELL = 7;
export const CUSTOMER_CELL = 8;
export const TENANT_CELL = 9;
export const ROLES = 10;

/** How a cell that is compared is read. */

export const AS_TEXT = 0;
export const AS_TIME = 1;
export const AS_FLAG = 2;

/** The sorts of words that are numbered. */

export const STATUSES = 0;
export const PRICES = 1;
export const CURRENCIES = 2;
export const TENANTS = 3;
export const FRAGMENTS = 4;
export const KEYS = 5;
