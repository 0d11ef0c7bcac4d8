import type { Found } from "../reconcile/read-found";
import { SUBSCRIPTION_ID } from "../sources/choose-columns";
import type { StripeAccount } from "../sources/stripe-api/connect-stripe";
import { REASONS } from "../subscription";
import type { BothSides } from "./both-sides";
import type { MappedTable } from "./map-table";
import type { LeftOut } from "./plan";
import { type Asked, reasonText } from "./read-asked";

/** What an orphan may be called where the export alone could not tell; Stripe's own 404 tells. */
const SETTLED_BY_404: readonly string[] = ["older_than_export", "export_may_be_partial", "time_unknown"];

/** Parts what differs still from what has settled itself, or must not be touched. */
export function judgeAsked(
  asked: Asked,
  now: readonly Found[],
  sides: BothSides,
  { columns }: MappedTable,
  account: StripeAccount,
): { readonly found: readonly Found[]; readonly leftOut: readonly LeftOut[] } {
  const leftOut: LeftOut[] = [...asked.leftOut];
  const found: Found[] = [];
  // Another account, or a mode without data, answers 404 for everything.
  const knowsOthers = [...sides.stripe.values()].some((answer) => answer.kind === "found");
  for (const { subscription_id: id, kind } of asked.found) {
    const current = now.find((each) => each.subscription_id === id && each.kind === kind);
    const rows = sides.database.get(id) ?? [];
    const answer = sides.stripe.get(id);
    const skip = (reason: string, disposition = current?.disposition ?? "actionable"): unknown =>
      leftOut.push({ subscription_id: id, kind, disposition, reason });
    if (current === undefined) {
      if (asked.report !== null) skip("it no longer differs");
      continue;
    }
    const isOrphan = kind === "missing_in_stripe";
    const settled = isOrphan && SETTLED_BY_404.includes(current.reason ?? "");
    const mode = columns.livemode === undefined ? null : rows[0]?.[columns.livemode.name];
    const isOtherMode = mode === (account.livemode ? "f" : "t");
    if (rows.length > 1) skip(`it stands in ${rows.length} rows of the table`);
    else if (isOrphan && answer?.kind === "other_mode") skip("it exists in Stripe's other mode (live or test)");
    else if (isOrphan && !knowsOthers)
      skip("this account of Stripe knows none of the table's subscriptions, so its 404 proves nothing");
    else if (isOrphan && isOtherMode) skip(REASONS.other_mode);
    else if (isOrphan && !SUBSCRIPTION_ID.test(id)) skip(REASONS.id_not_stripe);
    else if (current.disposition !== "actionable" && !settled) skip(reasonText(current.reason));
    else found.push(current);
  }
  return { found, leftOut };
}
