import { type CauseRule, counted, LEAST_SUPPORT, percent, type Suspicion, weigh } from "../cause-rule";
import { atLeast } from "../concentrations";
import { dateOnset } from "../date-onset";
import { type Affected, rowOf } from "../evidence";
import { groupBy } from "../group-by";
import { countOf } from "../population";

/** A price the application does not know: its subscriptions are not stored, or stand under no price or an old one. */
export const priceUnmapped: CauseRule = {
  code: "price_unmapped",
  title: "A price is not known to the application",
  confirmBy: "Look for the price id in the application's configuration, and for errors of the handler that name it.",
  action: "Add the price to the application, then Action 1 for missing rows and a repair of price_id for the others.",
  examine({ affected, evidence }) {
    const { population } = evidence;
    const all = countOf(population, "all", "");
    const byPrice = groupBy(affected.filter(lacksPrice), ({ price }) => price);
    let best: Suspicion | null = null;
    for (const [price, telling] of byPrice) {
      const of = countOf(population, "price_id", price);
      if (telling.length < LEAST_SUPPORT) continue;
      const chance =
        all === null || of === null || of < telling.length
          ? null
          : atLeast(telling.length, all, of, Math.min(all, affected.length));
      const share = of === null || of === 0 ? null : telling.length / of;
      const suspicion = weigh(
        telling,
        -1.5,
        [
          {
            holds: chance === null ? null : chance < 1e-4,
            weight: 1.5,
            against: 3,
            says: `${counted(telling.length, "subscription")} of the price ${price} are affected, ${percent(telling.length, affected.length)} of all; ${percent(of ?? 0, all ?? 1)} of all subscriptions have it.`,
            otherwise: `The price ${price} is not affected more than others.`,
          },
          {
            holds: share === null ? null : share >= 0.5,
            weight: 2.5,
            against: share !== null && share < 0.2 ? 3 : 1,
            says: `${percent(share ?? 0, 1)} of its subscriptions are affected.`,
            otherwise: `Only ${percent(share ?? 0, 1)} of its subscriptions are affected.`,
          },
          {
            holds: telling.length >= 0.6 * affected.length,
            weight: 0.8,
            against: 0.4,
            says: "",
            otherwise: "Most of what differs has other prices.",
          },
        ],
        { from: dateOnset(telling, evidence).at, to: null },
      );
      if (best === null || suspicion.confidence > best.confidence) best = suspicion;
    }
    return best;
  },
};

/** Whether the row is not there, or stands under another price. */
function lacksPrice(one: Affected): boolean {
  return (
    one.kinds.has("missing_in_database") || rowOf(one, "field_mismatch")?.details.fields?.["price_id"] !== undefined
  );
}
