import { type CauseRule, counted, LEAST_SUPPORT, percent, weigh } from "../cause-rule";
import { withReason } from "./exports-apart";

/** The Stripe export stops early: what is older than its oldest subscription looks like an orphan. */
export const truncatedExport: CauseRule = {
  code: "truncated_export",
  title: "An export holds only a part",
  confirmBy: "Compare its number of rows with the Dashboard, and look for has_more in its last page.",
  action: "Export all pages (status all, until has_more is false) and reconcile again. Archive nothing before.",
  examine({ affected, evidence }) {
    const withheld = (evidence.summary?.withheld ?? []).find(({ reason }) =>
      /cut off|holds exactly|only the first pages/.test(reason),
    );
    const explains = withReason(affected, ["older_than_export", "export_may_be_partial"]);
    const older = withReason(affected, ["older_than_export"]).length;
    const orphans = affected.filter((one) => one.kinds.has("missing_in_stripe")).length;
    if (withheld === undefined && explains.length < LEAST_SUPPORT) return null;
    const rows = evidence.summary?.inputs.stripe.rows ?? 0;
    return weigh(explains, -1, [
      { holds: withheld !== undefined ? true : null, weight: 4, says: `${withheld?.reason ?? ""}.` },
      {
        holds: explains.length === 0 ? null : older >= 0.7 * orphans,
        weight: 2,
        against: 0.5,
        says: `${percent(older, orphans)} of the orphans are older than everything in the Stripe export.`,
        otherwise: "",
      },
      {
        holds: explains.length === 0 ? null : orphans >= 0.2 * (evidence.summary?.counts.database ?? orphans),
        weight: 1.5,
        against: 0.8,
        says: `${counted(orphans, "row")} of the database are missing in the Stripe export, a large part.`,
        otherwise: "",
      },
      {
        holds: rows > 0 && rows % 100 === 0 ? true : null,
        weight: 1,
        says: `The Stripe export holds exactly ${rows} rows, a whole number of pages.`,
      },
    ]);
  },
};
