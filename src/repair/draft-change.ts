import type { Found } from "../reconcile/read-found";
import { meaningOf } from "../reconcile/status-words";
import { COLUMN_TYPES, type Column } from "../sources/column";
import { configuredStatuses } from "../sources/config";
import type { TextRow } from "../sources/postgres/read-rows";
import type { Details, Kind } from "../subscription";
import { booleanText, timeText } from "./column-text";
import { isWritable, type MappedTable } from "./map-table";
import { nextMetadata } from "./next-metadata";
import type { Change, LeftOut } from "./plan";
import { statusWord } from "./status-word";
import type { StripeImage } from "./stripe-image";

/** What one subscription's change is drafted from. */
export interface DraftInput {
  readonly id: string;
  /** What differs, of the kinds that are to be repaired. */
  readonly found: readonly Found[];
  /** Null where Stripe has none. */
  readonly image: StripeImage | null;
  /** Null where the table has none. */
  readonly row: TextRow | null;
  /** Values of some rows: how the table writes times and booleans. */
  readonly samples: readonly TextRow[];
  /** Metadata keys that some subscription of Stripe's has; others are the app's own. */
  readonly stripeKeys: ReadonlySet<string>;
  /** Of another subscription of the same customer, where all of them agree. */
  readonly tenantOfCustomer: string | null;
}

/** A change, and what could not be made part of it. */
export interface Draft {
  readonly change: Change | null;
  readonly leftOut: readonly LeftOut[];
  /** Metadata keys that were kept though Stripe lacks them. */
  readonly keptKeys: readonly string[];
}

/** The status' own times: a row that ends without them would contradict itself. */
const WITH_STATUS = ["canceled_at", "ended_at", "cancel_at_period_end"] as const satisfies readonly Column[];
/** Stripe never moves a subscription to another customer, so a row that says so is wrong in a way a person has to look at. */
const NEVER_WRITTEN = "customer_id";

/** Drafts what makes a row say what Stripe says, and nothing else. Pure. */
export function draftChange(input: DraftInput, mapped: MappedTable): Draft {
  const draft = new Drafting(input, mapped);
  for (const each of input.found) draft.add(each);
  return draft.result();
}

class Drafting {
  private readonly after: Record<string, string | null> = {};
  private readonly stamped: string[] = [];
  private readonly kinds: Kind[] = [];
  private readonly why: string[] = [];
  private readonly leftOut: LeftOut[] = [];
  private readonly keptKeys: string[] = [];

  constructor(
    private readonly input: DraftInput,
    private readonly mapped: MappedTable,
  ) {}

  add(found: Found): void {
    if (found.kind === "missing_in_stripe") this.archive(found);
    else if (this.input.image === null) this.leave(found, "Stripe no longer has it");
    else if (found.kind === "missing_in_database") this.insert(found, this.input.image);
    else if (found.kind === "status_mismatch") this.status(found, this.input.image);
    else if (found.kind === "metadata_mismatch") this.metadata(found);
    else this.fields(found, this.input.image);
  }

  result(): Draft {
    const { id, row, image } = this.input;
    const { leftOut, keptKeys, kinds } = this;
    const [first] = kinds;
    if (first === undefined) return { change: null, leftOut, keptKeys };
    const action = first === "missing_in_database" ? "insert" : first === "missing_in_stripe" ? "archive" : "update";
    this.stamp("updated");
    const change: Change = {
      subscription_id: id,
      action,
      kinds,
      why: this.why,
      before: row === null ? null : { ...row },
      after: this.after,
      stamped: this.stamped,
      stripe: image,
    };
    return { change, leftOut, keptKeys };
  }

  private archive(found: Found): void {
    const word = this.mapped.config.database?.archived ?? "archived";
    const { status } = this.mapped.columns;
    const enumValues = status?.enumValues ?? null;
    const isNumber = /^(smallint|integer|bigint)/.test(status?.type ?? "");
    if ((enumValues !== null && !enumValues.includes(word)) || (isNumber && !/^\d+$/.test(word))) {
      this.leave(
        found,
        `the column "${status?.name}" has no word "${word}" for an orphan; name one in recon.json: "database": {"archived": "…"}`,
      );
      return;
    }
    this.accept(found.kind, `Stripe answers 404 for it; the row said ${found.database_status ?? "nothing"}`);
    this.set("status", word);
    this.stamp("archived_at");
  }

  private status(found: Found, image: StripeImage): void {
    const word = this.word(found, image.status);
    if (word === null) return;
    this.accept(
      found.kind,
      `the status is ${image.status} in Stripe, ${found.database_status ?? "empty"} in the database`,
    );
    this.set("status", word);
    for (const column of WITH_STATUS) this.set(column, this.value(column, image));
    const meaning = meaningOf(found.database_status ?? "", configuredStatuses(this.mapped.config));
    if (meaning.statuses.includes("archived")) this.set("archived_at", null);
  }

  private metadata(found: Found): void {
    const { metadata } = JSON.parse(found.details) as Details;
    const column = this.mapped.columns.metadata;
    if (metadata === undefined || !isWritable(column)) {
      this.leave(found, "the mapping names no metadata column");
      return;
    }
    const removed = Object.keys(metadata.removed);
    const kept = removed.filter((key) => !this.input.stripeKeys.has(key));
    this.keptKeys.push(...kept);
    const remove = removed.filter((key) => this.input.stripeKeys.has(key));
    const changed = Object.entries(metadata.changed).map(([key, { stripe }]) => [key, stripe ?? ""]);
    const set = { ...metadata.added, ...Object.fromEntries(changed) };
    if (kept.length > 0)
      this.leave(
        found,
        `kept, since no subscription in Stripe has such a key, so the app wrote it: ${kept.join(", ")}`,
      );
    if (remove.length + Object.keys(set).length === 0) return;
    try {
      const next = nextMetadata(this.input.row?.[column.name] ?? null, { set, remove });
      this.accept(found.kind, `metadata keys differ: ${[...Object.keys(set), ...remove].join(", ")}`);
      this.after[column.name] = next;
    } catch (error) {
      this.leave(found, `its metadata cannot be edited: ${(error as Error).message}`);
    }
  }

  private fields(found: Found, image: StripeImage): void {
    const { fields = {} } = JSON.parse(found.details) as Details;
    const names: string[] = [];
    for (const [field, { stripe, database }] of Object.entries(fields) as [
      Column,
      { stripe: string; database: string },
    ][]) {
      if (field === NEVER_WRITTEN) {
        this.leave(
          found,
          `the customer differs (${stripe} in Stripe, ${database}): Stripe moves none, so a person must look`,
        );
      } else if (field === "price_id" && (image.price_id ?? "").includes(",")) {
        this.leave(found, "it has several prices, and the row has one");
      } else if (!isWritable(this.mapped.columns[field])) {
        this.leave(found, `the mapping names no column that can be written for ${field}`);
      } else {
        this.set(field, this.value(field, image));
        names.push(field);
      }
    }
    if (names.length > 0) this.accept(found.kind, `fields differ: ${names.join(", ")}`);
  }

  private insert(found: Found, image: StripeImage): void {
    const word = this.word(found, image.status);
    if (word === null) return;
    const { columns, config, table } = this.mapped;
    const written: Record<string, string | null> = {};
    for (const column of Object.keys(columns) as Column[]) {
      const name = columns[column];
      const value = column === "status" ? word : this.inserted(column, image);
      if (isWritable(name) && value !== null) written[name.name] = value;
    }
    for (const [name, [value]] of Object.entries(config.database?.only ?? {})) written[name] = value ?? null;
    for (const [name, source] of Object.entries(config.database?.insert ?? {}))
      written[name] = "value" in source ? source.value : (image.metadata[source.metadata] ?? null);
    const lacking = table.columns.filter(
      ({ name, nullable, expression, generated }) =>
        !nullable &&
        expression === null &&
        generated === null &&
        (written[name] ?? null) === null &&
        name !== columns.updated?.name,
    );
    if (lacking.length > 0) {
      this.leave(
        found,
        `the row needs ${lacking.map(({ name }) => `"${name}"`).join(", ")}, which Stripe does not tell; name it in recon.json: "database": {"insert": {"${lacking[0]?.name}": {"metadata": "…"}}}`,
      );
      return;
    }
    Object.assign(this.after, written);
    this.accept(found.kind, `Stripe has it (${image.status}), the table does not`);
  }

  private inserted(column: Column, image: StripeImage): string | null {
    if (column === "tenant_id") return image.metadata["tenant_id"] ?? this.input.tenantOfCustomer;
    if (column === "archived_at" || column === "updated") return null;
    if (column === "metadata") return JSON.stringify(image.metadata);
    return this.value(column, image);
  }

  private word(found: Found, status: string): string | null {
    const column = this.mapped.columns.status;
    if (column === undefined) return null;
    const answer = statusWord(status, column, this.mapped.table, configuredStatuses(this.mapped.config));
    if (answer.kind === "word") return answer.word;
    this.leave(found, answer.why);
    return null;
  }

  /** Stripe's value of a column as the table's holds it. */
  private value(column: Column, image: StripeImage): string | null {
    const value = image[column as keyof StripeImage] as string | number | boolean | null | undefined;
    const target = this.mapped.columns[column];
    if (value === null || value === undefined || target === undefined) return null;
    if (typeof value === "boolean") return booleanText(value, target.type, this.samplesOf(target.name));
    return COLUMN_TYPES[column] === "time" ? this.time(column, value as number) : String(value);
  }

  private time(column: Column, seconds: number): string | null {
    const target = this.mapped.columns[column];
    return target === undefined ? null : timeText(seconds, target.type, this.samplesOf(target.name));
  }

  private samplesOf(name: string): (string | null)[] {
    return this.input.samples.map((row) => row[name] ?? null);
  }

  private set(column: Column, text: string | null): void {
    const target = this.mapped.columns[column];
    const before = this.input.row?.[target?.name ?? ""];
    if (isWritable(target) && text !== before) this.after[target.name] = text;
  }

  /** Has a column set to the time of writing. */
  private stamp(column: Column): void {
    const target = this.mapped.columns[column];
    if (isWritable(target)) this.stamped.push(target.name);
  }

  private accept(kind: Kind, why: string): void {
    this.kinds.push(kind);
    this.why.push(why);
  }

  private leave({ kind, disposition }: Found, reason: string): void {
    this.leftOut.push({ subscription_id: this.input.id, kind, disposition, reason });
  }
}
