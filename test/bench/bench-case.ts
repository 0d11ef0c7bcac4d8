/** A pair of exports to compare, as it differs from the plain one. SQL stands over the columns of `subscriptions` in `make-exports`. */
export interface BenchCase {
  /** Names its files, and itself on the command line. */
  readonly name: string;
  /** In the table. */
  readonly title: string;
  /** Lines a subscription takes on each side. */
  readonly copies: number;
  /** The order of Stripe's rows; the API gives the newest first. */
  readonly stripeOrder: string;
  readonly databaseId: string;
  readonly tenant: string;
  /** Which subscriptions differ in status, and which in one metadata value. */
  readonly statusDiffers: string;
  readonly metadataDiffers: string;
  /** How the database writes its metadata; `json` is the text of the object. */
  readonly databaseMetadata: string;
  /** Whether the two sides share any id; where none is shared, nothing is claimed. */
  readonly matches: boolean;
}

/** A million subscriptions as one hopes to find them: 1 in 500 differs, half of those in status, half in a metadata value. */
export const PLAIN: BenchCase = {
  name: "plain",
  title: "1 in 500 differs",
  copies: 1,
  stripeOrder: "created DESC, id DESC",
  databaseId: "id",
  tenant: "'tenant_' || (hash(i, 1) % 200)",
  statusDiffers: "i % 1000 = 0",
  metadataDiffers: "i % 1000 = 500",
  databaseMetadata: "json",
  matches: true,
};

/** What makes a comparison slow. */
export const BAD_CASES: readonly BenchCase[] = [
  { ...PLAIN, name: "random-order", title: "both sides in random order", stripeOrder: "hash(i, 11)" },
  { ...PLAIN, name: "one-tenant", title: "one tenant only", tenant: "'tenant_1'" },
  {
    ...PLAIN,
    name: "escapes",
    title: "database escapes all but ASCII",
    databaseMetadata: "replace(json, 'ü', '\\u00fc')",
  },
  { ...PLAIN, name: "all-differ", title: "every row differs", statusDiffers: "true", metadataDiffers: "true" },
  {
    ...PLAIN,
    name: "none-match",
    title: "no id on both sides",
    databaseId: "'sub_1' || reverse(substr(id, 6))",
    statusDiffers: "false",
    metadataDiffers: "false",
    matches: false,
  },
  { ...PLAIN, name: "twice", title: "every row stands twice", copies: 2 },
  { ...PLAIN, name: "spaces", title: "ids alike but for spaces", databaseId: "' ' || id || ' '" },
  {
    ...PLAIN,
    name: "line-ends",
    title: "line ends in the cells",
    databaseMetadata: "replace(json, ',\"k', ',' || chr(10) || '\"k')",
  },
];
