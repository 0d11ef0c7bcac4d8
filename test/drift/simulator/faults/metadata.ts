/** Faults that overwrite metadata in the table. */

import { busyTime, DAY } from "../calendar";
import type { Job, MakeFault, Table } from "../fault";
import { between, lot, pick } from "../random";
import type { Row } from "../row";

type Metadata = Row["metadata"];

/** What a write leaves of a row's metadata. */
const LOSSES: readonly ((metadata: NonNullable<Metadata>) => Metadata)[] = [
  () => ({}),
  () => null,
  (metadata) => without(metadata, "plan_tier"),
  (metadata) => without(metadata, "tenant_id"),
  (metadata) => ({
    ...(metadata["tenant_id"] === undefined ? {} : { tenant_id: metadata["tenant_id"] }),
    synced: "true",
  }),
  (metadata) => ({ plan_tier: metadata["plan_tier"] ?? "starter", onboarding_step: "done" }),
];

function without(metadata: NonNullable<Metadata>, key: string): NonNullable<Metadata> {
  return Object.fromEntries(Object.entries(metadata).filter(([each]) => each !== key));
}

/**
 * A bulk job overwrites the metadata of many rows at once; or each time a customer uses a form of the app, from a deployment on,
 * the form writes its own object over the row's. The next event of the subscription heals either.
 */
export const metadataOverwritten: MakeFault = (world, random, extent) => {
  const { stripeAsOf } = world.company;
  const lose = pick(random, LOSSES);
  const salt = random();
  const isForm = random() < 0.35;
  const isTouched = random() < 0.5;
  const write = (table: Table, key: string, row: Row, at: number): void => {
    table.set(key, { ...row, metadata: lose(row.metadata ?? {}), ...(isTouched || isForm ? { updated_at: at } : {}) });
  };
  const at = busyTime(random, stripeAsOf - between(random, 1, 60) * DAY, stripeAsOf - DAY / 2);
  if (!isForm) {
    const run = (table: Table): void => {
      let done = 0;
      for (const [key, row] of table) {
        if (lot(`job ${salt} ${row.id}`) >= extent) continue;
        write(table, key, row, at * 1_000_000 + 431 * done);
        done += 1;
      }
    };
    return { code: "metadata_overwritten", from: at, to: at, shape: "burst", jobs: [{ at, run }] };
  }
  const jobs: Job[] = world.events
    .filter((event) => event.at >= at && event.at < stripeAsOf)
    .filter((event) => lot(`form ${salt} ${event.key}`) < extent)
    .map((event) => {
      const used = Math.min(stripeAsOf - 900, Math.floor(event.at + DAY * lot(`used ${event.key}`)));
      const run = (table: Table): void => {
        const row = table.get(event.subscription.id);
        if (row !== undefined) write(table, row.id, row, used * 1_000_000 + 7);
      };
      return { at: used, run };
    });
  return { code: "metadata_overwritten", from: at, to: null, shape: "step", jobs };
};
