import { type CauseRule, counted, LEAST_SUPPORT, weigh } from "../cause-rule";
import { completenessOf, NEARLY_ALL } from "../completeness";
import { groupBy } from "../group-by";
import { meaning } from "../transitions";

/** The database spells statuses in its own way: no row is wrong once the words are read, but a comparison of texts fails. */
export const statusSpelling: CauseRule = {
  code: "status_spelling",
  title: "Statuses are spelled differently",
  confirmBy: "Search the code for the words below: a filter on Stripe's spelling does not see these rows.",
  action:
    "Write Stripe's own words (a migration of the column and the code that writes it), or declare yours in recon.json.",
  examine({ affected, evidence }) {
    const words = (evidence.summary?.vocabulary ?? []).filter(
      ({ statuses, rows }) => statuses.length === 1 && statuses[0] !== "archived" && rows >= LEAST_SUPPORT,
    );
    const spelled = words.reduce((sum, { rows }) => sum + rows, 0);
    const unknown = groupBy(affected, ({ kinds, databaseStatus }) =>
      kinds.has("status_mismatch") && meaning(databaseStatus).length === 0 ? databaseStatus : null,
    );
    const one = [...unknown.values()].filter((ids) => {
      const statuses = [...new Set(ids.map(({ stripeStatus }) => stripeStatus ?? ""))];
      return (
        ids.length >= LEAST_SUPPORT &&
        statuses.length === 1 &&
        (completenessOf(ids, statuses, evidence).share ?? 1) >= NEARLY_ALL
      );
    });
    const explains = one.flat();
    if (spelled === 0 && explains.length === 0) return null;
    const names = [
      ...words.map(({ word, statuses }) => `"${word}" for ${statuses[0]}`),
      ...one.map((ids) => `"${ids[0]?.databaseStatus}" for ${ids[0]?.stripeStatus}`),
    ];
    return weigh(explains, -0.5, [
      {
        holds: true,
        weight: 1.5,
        says: `The database writes ${names.slice(0, 6).join(", ")} (${counted(spelled + explains.length, "row")}).`,
      },
      {
        holds: affected.length - explains.length < spelled + explains.length,
        weight: 1.5,
        against: 1.2,
        says: "Read as what they mean, they agree with Stripe.",
        otherwise: `${counted(affected.length - explains.length, "subscription")} differ in more than spelling.`,
      },
    ]);
  },
};
