import type { Whole } from "../../reconcile/compare-exports";
import { SIDE_COLUMNS } from "../../reconcile/side-query";
import type { Compared } from "../../reconcile/with-comparison";
import type { Config } from "../../sources/config";
import type { Sidecar } from "../../sources/sidecar";
import type { Source } from "../../sources/source";
import type { Side } from "../../subscription";

/** What a worker has to know of the whole to reconcile a part of it; plain JSON, without a secret. */
export interface TenantFacts {
  /** Of the workers that understand it. */
  readonly version: 1;
  /** The live sides: a worker that reads others would call everything missing. */
  readonly account_id: string | null;
  readonly livemode: boolean;
  /** The connected account that is read with the platform's key. */
  readonly stripe_account: string | undefined;
  readonly database: string;
  readonly table: string;
  /** Requests to Stripe a second, of all together. */
  readonly rate: number;
  readonly config: Config | null;
  readonly sources: Readonly<Record<Side, Source>>;
  readonly hashes: Readonly<Record<Side, string>>;
  /** The columns of the database export, in its order. */
  readonly header: readonly string[];
  readonly whole: Omit<Whole, "elsewhere">;
}

/** What a comparison of the whole tells about every part of it. */
export async function wholeFacts({
  findings,
  hashes,
}: Compared): Promise<Pick<TenantFacts, "sources" | "hashes" | "whole">> {
  const { comparison, circumstances, refusal, withheld, allRows } = findings;
  return {
    sources: { stripe: withoutText(allRows.stripe.source), database: withoutText(allRows.database.source) },
    hashes: await hashes(),
    whole: { comparison, circumstances, refusal, withheld },
  };
}

/** The first megabytes of the file served to recognize it. */
function withoutText(source: Source): Source {
  return { ...source, file: { ...source.file, head: "" }, sample: {}, rejected: [] };
}

/** The source of a part: rows that were read as `source` says, and now stand in `relation` (SQL after FROM). */
export function partSource(source: Source, relation: string, learned: Partial<Sidecar>): Source {
  const columns = SIDE_COLUMNS[source.side].filter((column) => source.columns[column] !== undefined);
  const sidecar = source.sidecar === null ? null : { ...source.sidecar, ...learned };
  return {
    ...source,
    sidecar,
    relation,
    only: null,
    columns: Object.fromEntries(columns.map((column) => [column, column])),
    line: null,
    rows: { kind: "typed" },
  };
}
