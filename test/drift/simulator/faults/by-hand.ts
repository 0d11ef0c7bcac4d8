/** Changes of the table that no event stands behind: by hand, by a test, by our own archive. */

import { busyTime, DAY } from "../calendar";
import type { Job, MakeFault } from "../fault";
import { randomText } from "../ids";
import { between, lot, pick } from "../random";
import { type Row, writtenFor } from "../row";
import { makeWorld } from "../world";

/** Now and then someone changes a row: ends it, or lets someone go on who canceled. */
export const manualChanges: MakeFault = (world, random, extent) => {
  const { begin, stripeAsOf } = world.company;
  const ids = [...world.stripe.keys()];
  const jobs = Array.from({ length: Math.ceil(extent ** 2 * 400) }, (): Job => {
    const at = busyTime(random, Math.max(begin, stripeAsOf - 150 * DAY), stripeAsOf - DAY);
    const id = pick(random, ids);
    const micros = at * 1_000_000 + between(random, 0, 999_999);
    const run: Job["run"] = (table) => {
      const row = table.get(id);
      if (row === undefined) return;
      const hasEnded = row.status === "canceled";
      table.set(id, {
        ...row,
        status: hasEnded ? "active" : "canceled",
        canceled_at: hasEnded ? null : at,
        ended_at: hasEnded ? null : at,
        updated_at: micros,
      });
    };
    return { at, run };
  });
  return { code: "manual_changes", from: null, to: null, shape: "sparse", jobs };
};

/** Subscriptions of the test mode, or of a developer's own account, in the table of the live one: loaded at once, or day by day. */
export const testDataInProduction: MakeFault = (world, random, extent) => {
  const { fragment, name, stripeAsOf, begin } = world.company;
  const isSeeded = random() < 0.5;
  const sameAccount = random() < 0.4;
  const tenant = pick(random, ["tenant_dev", "tenant_test", "tenant_demo"]);
  const at = busyTime(random, begin + (stripeAsOf - begin) * 0.4, stripeAsOf - 2 * DAY);
  const test = makeWorld({
    name: `${name} tests`,
    subscriptions: Math.ceil(4 + extent ** 2 * 600),
    decoys: false,
    livemode: false,
    times: world.company,
    fragment: sameAccount ? fragment : randomText(`test account ${random()}`, 10),
  });
  const jobs = [...test.stripe.values()].map((s, i): Job => {
    const made = isSeeded ? at : Math.min(stripeAsOf - DAY, s.created);
    const micros = made * 1_000_000 + 1_000_000 + 2311 * i;
    const row: Row = {
      id: s.id,
      ...writtenFor(s),
      tenant_id: tenant,
      archived_at: null,
      created_at: micros,
      updated_at: micros,
    };
    return { at: made, run: (table) => void table.set(row.id, row) };
  });
  return {
    code: "test_data_in_production",
    from: isSeeded ? at : null,
    to: isSeeded ? at : null,
    shape: isSeeded ? "burst" : "flat",
    jobs,
  };
};

/** The orphan archiver ran on the wrong list and set live rows aside, or ended ones as well; the consumer may leave archived rows alone. */
export const ownArchive: MakeFault = (world, random, extent) => {
  const { stripeAsOf } = world.company;
  const at = busyTime(random, stripeAsOf - between(random, 1, 60) * DAY, stripeAsOf - DAY / 2);
  const takesEnded = random() < 0.3;
  const leavesArchived = random() < 0.6;
  const salt = random();
  const run: Job["run"] = (table) => {
    for (const [key, row] of table) {
      const isTaken = (takesEnded || row.ended_at === null) && lot(`archive ${salt} ${row.id}`) < extent;
      const micros = at * 1_000_000 + 500_123;
      if (isTaken) table.set(key, { ...row, status: "archived", archived_at: micros, updated_at: micros });
    }
  };
  return {
    code: "own_archive",
    from: at,
    to: at,
    shape: "burst",
    jobs: [{ at, run }],
    ...(leavesArchived ? { ignores: (_event, row) => row?.status === "archived" } : {}),
  };
};
