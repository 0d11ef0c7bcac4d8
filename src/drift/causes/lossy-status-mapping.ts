import { type CauseRule, LEAST_SUPPORT, percent, weigh } from "../cause-rule";
import { completenessOf, NEARLY_ALL } from "../completeness";
import { type Affected, isHandledWrongly, isTouched } from "../evidence";
import { groupBy } from "../group-by";
import { meaning } from "../transitions";

/** Fewer subscriptions of a status do not show what it is mapped to. */
const LEAST_OF_STATUS = 3;

/** Several statuses of Stripe are written as one word: deterministic, whatever the time and the tenant. */
export const lossyStatusMapping: CauseRule = {
  code: "lossy_status_mapping",
  title: "Several statuses are stored as one",
  confirmBy: "Read the code that maps Stripe's statuses to the column: each of these statuses ends in the same word.",
  action:
    "Map every status to a word of its own, or declare the mapping in recon.json; then Action 3 (update status mismatches).",
  examine({ affected, evidence }) {
    const status = affected.filter((one) => one.kinds.has("status_mismatch"));
    const byStatus = groupBy(status, (one) => (one.databaseStatus === null ? null : one.stripeStatus));
    const mapped = [...byStatus].flatMap(([from, ones]) => {
      const [word, mapping] = mainWord(ones);
      if (mapping.length < LEAST_OF_STATUS || mapping.length < PURE * ones.length) return [];
      const { share } = completenessOf(mapping, [from], evidence);
      const isWritten =
        mapping.filter(isTouched).length >= 0.6 * mapping.length &&
        mapping.filter(isHandledWrongly).length >= 0.25 * mapping.length;
      return share === null || share >= NEARLY_ALL || isWritten ? [{ from, word, mapping, share, isWritten }] : [];
    });
    const explains = mapped.flatMap(({ mapping }) => mapping);
    const isVague = mapped.some(({ word }) => meaning(word).length !== 1);
    if (mapped.length < (isVague ? 1 : 2) || explains.length < LEAST_SUPPORT) return null;
    const onlyArrears = mapped.every(
      ({ from, word }) => (from === "past_due" || from === "unpaid") && ["active", "past_due"].includes(word),
    );
    const complete = mapped.filter(({ share }) => share !== null && share >= NEARLY_ALL).length;
    const written = mapped.filter(({ isWritten }) => isWritten).length;
    const backward = mapped.filter(({ from, word }) => isEarlier(word, from)).length;
    return weigh(explains, -1, [
      {
        holds: true,
        weight: 1.5,
        says: `Each of these statuses always differs in the same way: ${mapped.map(({ from, word }) => `${from} → "${word}"`).join(", ")}.`,
      },
      {
        holds: isVague ? true : null,
        weight: 1,
        says: "The word stands for several statuses of Stripe, which the database cannot tell apart.",
      },
      {
        holds: complete >= mapped.length / 2,
        weight: 1.5,
        against: 0.3,
        says: "Nearly all subscriptions of these statuses are concerned.",
      },
      {
        holds: written >= mapped.length / 2,
        weight: 1.5,
        against: 0.8,
        says: "The rows were written when the status changed, so the event arrived and its status was translated.",
        otherwise: "The rows were not written when the status changed.",
      },
      {
        holds: backward < mapped.length,
        weight: 0.8,
        against: 1.2,
        says: "",
        otherwise: "Every word is the status before, as when updates are not taken over.",
      },
      {
        holds: explains.length >= 0.7 * status.length,
        weight: 1.2,
        says: `That is ${percent(explains.length, status.length)} of the status mismatches.`,
        otherwise: `It explains ${percent(explains.length, status.length)} of the status mismatches.`,
      },
      {
        holds: onlyArrears ? false : null,
        weight: 0,
        against: 3,
        says: "",
        otherwise: "Only past_due and unpaid are concerned, which failed payments alone explain.",
      },
    ]);
  },
};

/** A mapping is deterministic: so large a part of a status stands under one word. */
const PURE = 0.85;

function mainWord(affected: readonly Affected[]): [word: string, of: Affected[]] {
  const byWord = groupBy(affected, ({ databaseStatus }) => databaseStatus ?? "");
  return [...byWord].sort(([, a], [, b]) => b.length - a.length)[0] ?? ["", []];
}

/** Whether a subscription has the status `word` before it comes to `status`. */
function isEarlier(word: string, status: string): boolean {
  const order = ["incomplete", "trialing", "active", "past_due", "unpaid", "paused", "canceled"];
  return meaning(word).some((each) => order.indexOf(each) >= 0 && order.indexOf(each) < order.indexOf(status));
}
