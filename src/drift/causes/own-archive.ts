import { type CauseRule, counted, LEAST_SUPPORT, weigh } from "../cause-rule";
import { livesInStripe, meaning } from "../transitions";

/** Rows that an earlier reconciliation archived, or that an archiver set aside although they live. */
export const ownArchive: CauseRule = {
  code: "own_archive",
  title: "Rows were archived by a reconciliation",
  confirmBy:
    "Look in the audit trail of the reconciliation that set these rows to archived, and whether Stripe answered 404 for each.",
  action:
    "Restore the rows whose subscription lives in Stripe (rollback of Action 2); the others are as they should be.",
  examine({ affected, evidence }) {
    const explains = affected.filter(({ databaseStatus }) => meaning(databaseStatus).includes("archived"));
    const expected = evidence.expected.filter(({ discrepancy }) => discrepancy.reason === "archived_earlier").length;
    const live = explains.filter(livesInStripe).length;
    if (explains.length < LEAST_SUPPORT && expected < LEAST_SUPPORT) return null;
    return weigh(explains, explains.length >= LEAST_SUPPORT ? 2 : -2, [
      {
        holds: explains.length > 0 ? true : null,
        weight: 2,
        says: `${counted(explains.length, "row")} say archived, which is no status of Stripe; ${live} of them live in Stripe.`,
      },
      {
        holds: expected > 0 ? true : null,
        weight: affected.length === 0 ? 2.5 : 0.3,
        says: `${counted(expected, "more row")} were archived and are gone or ended in Stripe, as expected.`,
      },
      { holds: explains.length >= 0.5 * affected.length, weight: 0.5, against: 0.5, says: "" },
    ]);
  },
};
