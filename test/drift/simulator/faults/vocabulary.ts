/** Faults in how the consumer writes a status. */

import type { MakeFault } from "../fault";
import { lot, pick } from "../random";
import { shardOf, sinceDeployment } from "./scope";

/** Several statuses of Stripe that become one word. */
const LOSSY: readonly Readonly<Record<string, string>>[] = [
  { past_due: "active", unpaid: "active", paused: "active", incomplete: "active" },
  { past_due: "inactive", unpaid: "inactive", paused: "inactive", canceled: "inactive", incomplete: "inactive" },
  {
    past_due: "free",
    unpaid: "free",
    paused: "free",
    canceled: "free",
    incomplete: "free",
    incomplete_expired: "free",
  },
  { paused: "canceled", unpaid: "canceled", incomplete: "canceled", past_due: "active" },
  { trialing: "active", past_due: "active", paused: "canceled", unpaid: "canceled" },
];

/** A map of many statuses to few words, as old as the table; small extents leave it to some tenants. */
export const lossyStatusMapping: MakeFault = (world, random, extent) => {
  const words = pick(random, LOSSY);
  const shard = shardOf(world, random, extent);
  return {
    code: "lossy_status_mapping",
    from: null,
    to: null,
    shape: "flat",
    writes: (written, event) =>
      shard.has(event.subscription.tenant) ? { ...written, status: words[written.status] ?? written.status } : written,
  };
};

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Other ways to write the same status. */
const SPELLINGS: readonly ((word: string) => string)[] = [
  (word) => (word === "canceled" ? "cancelled" : word),
  (word) => word.replace("_", "-"),
  (word) => capital(word),
  (word) => word.toUpperCase(),
  (word) => (word === "canceled" ? "Cancelled" : capital(word.replace("_", "-"))),
];

/** All workers, or one of three, spell statuses their own way: since the launch or since a deployment. */
export const statusSpelling: MakeFault = (world, random, extent) => {
  const spell = pick(random, SPELLINGS);
  const share = random() < 0.4 ? 1 : 0.33;
  const deployed = random() < 0.5 ? sinceDeployment(world, random, extent) : null;
  const reach = deployed === null ? share * extent : share;
  return {
    code: "status_spelling",
    from: deployed?.from ?? null,
    to: null,
    shape: deployed?.shape ?? "flat",
    writes: (written, event) =>
      (deployed?.holds(event) ?? true) && lot(`worker ${event.key}`) < reach
        ? { ...written, status: spell(written.status) }
        : written,
  };
};
