import type { Found } from "../reconcile/read-found";
import type { Column } from "../sources/column";
import type { Details } from "../subscription";
import { type BothSides, drawIds, type Live, readBothSides } from "./both-sides";
import { compareBothSides } from "./compare-both-sides";
import { isWritable, type MappedTable } from "./map-table";
import type { Change, Plan } from "./plan";
import { isSameImage, stripeImage } from "./stripe-image";

/** What a reconciliation of some rows found. */
export interface Verification {
  /** `clean` when nothing of what was repaired differs, and nothing new differs elsewhere. */
  readonly result: "clean" | "not_clean";
  /** Rows that were repaired, and rows drawn at random. */
  readonly touched: number;
  readonly drawn: number;
  /** What differs though it was repaired, or differs newly in a row that was not. */
  readonly remaining: readonly Pick<Found, "subscription_id" | "kind" | "disposition">[];
  /** Subscriptions that moved on in Stripe since they were repaired: nothing is wrong with the repair, but look again. */
  readonly moved_on: readonly string[];
}

/** Rows drawn at random, and what differs of them before the repair. */
export interface Drawn {
  readonly ids: readonly string[];
  readonly differing: readonly string[];
}

const SAMPLE = 50;

/** Draws rows that a plan does not touch, and notes what differs of them already. */
export async function drawSample(live: Live, mapped: MappedTable, plan: Plan): Promise<Drawn> {
  const touched = plan.changes.map((change) => change.subscription_id);
  const ids = await drawIds(live.client, mapped, SAMPLE, touched);
  const found = await compareNow(live, mapped, plan, ids);
  return { ids, differing: found.found.map(nameOf) };
}

/**
 * Runs the reconciliation again on rows that were repaired and on rows that were not, from Stripe and the database as they are now.
 *
 * @param folder - that the two small exports and the comparison are kept in; nothing is kept when left out
 */
export async function verifyRows(
  live: Live,
  mapped: MappedTable,
  plan: Plan,
  changes: readonly Change[],
  drawn: Drawn,
  options: { readonly folder?: string; readonly onProgress?: (done: number, all: number) => void } = {},
): Promise<Verification> {
  const ids = [...changes.map((change) => change.subscription_id), ...drawn.ids];
  const { found, sides } = await compareNow(live, mapped, plan, ids, options);
  const byId = new Map(changes.map((change) => [change.subscription_id, change]));
  const remaining: Found[] = [];
  const movedOn = new Set<string>();
  for (const each of found) {
    if (each.disposition === "expected") continue;
    const change = byId.get(each.subscription_id);
    if (change === undefined) {
      if (each.disposition === "actionable" && !drawn.differing.includes(nameOf(each))) remaining.push(each);
    } else if ((change.action === "insert" || change.kinds.includes(each.kind)) && concernsMapped(each, mapped)) {
      if (hasMovedOn(change, sides)) movedOn.add(each.subscription_id);
      else remaining.push(each);
    }
  }
  return {
    result: remaining.length === 0 ? "clean" : "not_clean",
    touched: changes.length,
    drawn: drawn.ids.length,
    remaining: remaining.map(({ subscription_id, kind, disposition }) => ({ subscription_id, kind, disposition })),
    moved_on: [...movedOn],
  };
}

async function compareNow(
  live: Live,
  mapped: MappedTable,
  plan: Plan,
  ids: readonly string[],
  { folder, onProgress }: { readonly folder?: string; readonly onProgress?: (done: number, all: number) => void } = {},
): Promise<{ readonly found: readonly Found[]; readonly sides: BothSides }> {
  const sides = await readBothSides(live, mapped, ids, onProgress);
  const options = { account: live.stripe.account, keptKeys: plan.kept_metadata_keys, keepIn: folder };
  return { found: ids.length === 0 ? [] : await compareBothSides(sides, mapped, options), sides };
}

/** Whether a difference is in a column that the mapping names: the comparison may know others by their names, which are not written. */
function concernsMapped({ kind, details }: Found, { columns }: MappedTable): boolean {
  if (kind === "metadata_mismatch") return isWritable(columns.metadata);
  if (kind !== "field_mismatch") return true;
  const { fields = {} } = JSON.parse(details) as Details;
  return Object.keys(fields).some((field) => isWritable(columns[field as Column]));
}

function hasMovedOn({ subscription_id, stripe }: Change, sides: BothSides): boolean {
  const answer = sides.stripe.get(subscription_id);
  if (answer?.kind !== "found") return stripe !== null;
  return stripe === null || !isSameImage(stripe, stripeImage(answer.subscription));
}

function nameOf({ subscription_id, kind }: Pick<Found, "subscription_id" | "kind">): string {
  return `${subscription_id} ${kind}`;
}
