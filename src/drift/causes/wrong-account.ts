import { type CauseRule, counted, LEAST_SUPPORT, percent, weigh } from "../cause-rule";
import { fragmentOf } from "../dimensions";
import type { Affected } from "../evidence";
import { fragmentShares, shareNoIds } from "./exports-apart";

/** Subscriptions of another Stripe account: exported from the wrong one, or of a connected account that the export leaves out. */
export const wrongAccount: CauseRule = {
  code: "wrong_account",
  title: "Subscriptions of another Stripe account",
  confirmBy:
    "Retrieve one of them with the other account's key, or with --stripe-account for a connected one; compare the account ids of both keys.",
  action: "Export every account the database serves and reconcile again. Archive nothing before.",
  examine(file) {
    const { affected } = file;
    const fragments = fragmentShares(file);
    const [main, second] = fragments;
    const missing = affected.filter(
      (one) => one.kinds.has("missing_in_stripe") || one.kinds.has("missing_in_database"),
    );
    const foreign = missing.filter(
      ({ id }) => main !== undefined && fragmentOf(id) !== null && fragmentOf(id) !== main[0],
    );
    const modes =
      file.evidence.summary === null
        ? []
        : [file.evidence.summary.inputs.stripe.livemode, file.evidence.summary.inputs.database.livemode];
    const apart = shareNoIds(file);
    if (apart) {
      return weigh(foreign, 0, [
        { holds: true, weight: 0.5, says: "The two exports share hardly any subscription." },
        {
          holds: second !== undefined && second[1] > 0.05,
          weight: 2,
          against: 1.5,
          says: "The ids on the two sides look like those of two accounts.",
          otherwise: "The ids look like those of one account.",
        },
        {
          holds: modes.includes("live") && modes.includes("test") ? false : null,
          weight: 0,
          against: 3,
          says: "",
          otherwise: `One side is of live mode, the other of test mode.`,
        },
      ]);
    }
    const tenant = mainTenant(foreign);
    if (foreign.length < LEAST_SUPPORT) return null;
    const live = foreign.filter(({ rows }) => rows[0]?.discrepancy.livemode !== false).length;
    return weigh(foreign, -1, [
      {
        holds: true,
        weight: 2,
        says: `${counted(foreign.length, "missing subscription")} carry the account fragment of another account.`,
      },
      {
        holds: foreign.length >= 0.7 * missing.length,
        weight: 1,
        against: 0.5,
        says: `They are ${percent(foreign.length, missing.length)} of what is missing.`,
        otherwise: "",
      },
      {
        holds: tenant.share >= 0.8 ? true : null,
        weight: 0.8,
        says: `${percent(tenant.share, 1)} of them belong to ${tenant.name}.`,
      },
      {
        holds: live >= 0.5 * foreign.length,
        weight: 0.7,
        against: 2.5,
        says: "",
        otherwise: "Most of them are of test mode.",
      },
    ]);
  },
};

function mainTenant(affected: readonly Affected[]): { name: string; share: number } {
  const counts = new Map<string, number>();
  for (const { tenant } of affected) if (tenant !== null) counts.set(tenant, (counts.get(tenant) ?? 0) + 1);
  const [name = "", count = 0] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  return { name, share: affected.length === 0 ? 0 : count / affected.length };
}
