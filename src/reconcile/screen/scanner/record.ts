/**
 * What is kept of a row while its partner is looked for, in 32-bit words. Hashes stand for the texts; the texts stay in the file, from
 * `OFFSET` on.
 */

/** Hash of the id, two words; both sides have it first. */
export const ID = 0;
/** Hash of everything that is compared, four words. Two rows with the same id and the same content are equal. */
export const CONTENT = 2;
/** Where the row begins in the text of the export, in bytes: the lower word here, the rest in `OFFSET_HIGH`. */
export const OFFSET = 6;
/** 8 bits of the offset, 8 bits of {@link FLAGS}, 16 bits of the number of the status word. */
export const PACKED = 7;
/** Length of the row in bytes, 24 bits; in Stripe's rows 8 bits of the hour of its last change. */
export const LENGTH = 8;
/** Number of the tenant: the database's own column, or Stripe's metadata. */
export const TENANT = 9;
export const DATABASE_WORDS = 10;

/** Days since 1970 of creation and of the last change, 16 bits each. */
export const DAYS = 10;
/** Number of the price, 16 bits, and of the currency, 16 bits. */
export const PRICE = 11;
/** Number of the account fragment. */
export const FRAGMENT = 12;
/** Hash of the customer, four words; zeros when there is none. */
export const CUSTOMER = 13;
export const STRIPE_WORDS = 17;

/** The row has something in it that only the engine reads, so that nothing is proved of it. */
export const ODD = 1;
export const LIVE = 2;
export const TEST = 4;
/** The row has no id, so that it has no partner. */
export const NO_ID = 8;

/** Records are told apart by their id into so many parts, which are matched one by one. */
export const PARTS = 64;
/** Records of a part are kept in blocks of so many bytes. */
export const BLOCK_BYTES = 65536;
