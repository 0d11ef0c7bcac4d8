import { compareExports, type Findings } from "../../reconcile/compare-exports";
import type { Engine } from "../../reconcile/open-engine";
import type { Source } from "../../sources/source";
import type { Side } from "../../subscription";
import { partSource, type TenantFacts } from "./tenant-facts";

/** The rows of a tenant: SQL after FROM for each side, and for what its customers have with other tenants. */
export type PartRelations = Readonly<Record<Side | "customers", string>>;

/** A part that was compared; the tables stand in the engine. */
export interface ComparedPart extends Readonly<Record<Side, Source>> {
  readonly findings: Findings;
}

/** What the second look at single subscriptions has shown, as a sidecar says it. */
export type Learned = Record<"reread" | "moved" | "absent" | "other_mode", string[]>;

/** Before anything was looked at again. */
export const NOTHING_LEARNED: Learned = { reread: [], moved: [], absent: [], other_mode: [] };

/** Compares the rows of one tenant, judged as a comparison of the whole judges them. */
export async function comparePart(
  engine: Engine,
  { sources, config, whole }: TenantFacts,
  relations: PartRelations,
  { reread, moved, absent, other_mode }: Learned,
): Promise<ComparedPart> {
  const stripe = partSource(sources.stripe, relations.stripe, { reread, moved, absent, other_mode });
  const database = partSource(sources.database, relations.database, { reread, moved });
  const reading = { comparison: whole.comparison, screened: null, scans: null };
  const findings = await compareExports(engine, stripe, database, config, reading, () => undefined, {
    ...whole,
    elsewhere: relations.customers,
  });
  return { stripe, database, findings };
}
