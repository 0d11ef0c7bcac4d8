import { type CauseRule, counted, LEAST_SUPPORT, weigh } from "../cause-rule";
import { fragmentShares, shareNoIds, withReason } from "./exports-apart";

/** One export is of live mode, the other of test mode. */
export const modeMixup: CauseRule = {
  code: "mode_mixup",
  title: "Live and test mode are mixed up",
  confirmBy:
    "Look at the prefix of the key each side was exported or filled with (sk_live_, sk_test_), and at livemode in the Stripe export.",
  action:
    "Export the same mode on both sides (stripe subscriptions list --live) and reconcile again. Repair nothing before.",
  examine(file) {
    const { summary } = file.evidence;
    const mixes = (summary?.withheld ?? []).some(({ reason }) => reason.includes("mixes"));
    const modes = summary === null ? [] : [summary.inputs.stripe.livemode, summary.inputs.database.livemode];
    const differ = modes.includes("live") && modes.includes("test");
    const apart = shareNoIds(file);
    const explains = withReason(file.affected, ["other_mode"]);
    if (!mixes && !apart && !(differ && explains.length >= LEAST_SUPPORT)) return null;
    const [, second] = fragmentShares(file);
    return weigh(explains, apart ? 0 : -1, [
      { holds: apart ? true : null, weight: 1, says: "The two exports share hardly any subscription." },
      {
        holds: differ || mixes ? true : null,
        weight: 3,
        says: mixes
          ? "One export holds live and test subscriptions."
          : `The Stripe export is of ${modes[0]} mode, the database of ${modes[1]} mode.`,
      },
      {
        holds: second !== undefined && second[1] > 0.1 ? false : null,
        weight: 0,
        against: differ ? 0 : 2,
        says: "",
        otherwise: "The ids look like those of two accounts.",
      },
      {
        holds: explains.length > 0 ? true : null,
        weight: 0.5,
        says: `${counted(explains.length, "row")} carry the other mode.`,
      },
    ]);
  },
};
