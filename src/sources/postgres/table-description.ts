import type { FoundTable } from "./find-table";

/** A column of a table. */
export interface TableColumn {
  readonly name: string;
  /** As PostgreSQL writes it: `text`, `timestamp with time zone`, `subscription_status`. */
  readonly type: string;
  readonly nullable: boolean;
  /** The default, or what a generated column is made of, as SQL. */
  readonly expression: string | null;
  /** Whether the database alone sets it: a generated column, or an identity that takes no value. */
  readonly generated: "stored" | "identity" | null;
  /** The words of an enum in their order; null for all other types. */
  readonly enumValues: readonly string[] | null;
  readonly canSelect: boolean;
  readonly canInsert: boolean;
  readonly canUpdate: boolean;
}

/** A key of a table, over columns in the order of the key. */
export interface TableKey {
  readonly columns: readonly string[];
  readonly isPrimary: boolean;
}

/** A foreign key to or from a table. */
export interface ForeignKey {
  readonly name: string;
  /** The table that refers, quoted for SQL, and its columns. */
  readonly from: string;
  readonly columns: readonly string[];
  /** The table that is referred to, quoted for SQL, and its columns. */
  readonly to: string;
  readonly referenced: readonly string[];
}

/** What a table is, as far as reading and changing its rows needs it. */
export interface TableDescription extends FoundTable {
  readonly columns: readonly TableColumn[];
  /** Unique over the whole table: no partial index, none over expressions. */
  readonly keys: readonly TableKey[];
  readonly referredBy: readonly ForeignKey[];
  readonly refersTo: readonly ForeignKey[];
  readonly checks: readonly { readonly name: string; readonly definition: string }[];
  /** Enabled triggers that are not PostgreSQL's own. */
  readonly triggers: readonly { readonly name: string; readonly definition: string }[];
  /** Whether policies decide which rows this user sees. */
  readonly rowSecurity: boolean;
  readonly canDelete: boolean;
  /** How many rows the last ANALYZE saw; null when it never ran. */
  readonly estimatedRows: number | null;
}
