/** A table that was put back to an earlier state. */

import { DAY, HOUR } from "../calendar";
import type { MakeFault, Table } from "../fault";
import { between } from "../random";

/** The table is restored at `to` from a backup made at `from`: what changed in between is lost, what comes later is handled. */
export const restoredDatabase: MakeFault = (world, random, extent) => {
  const { begin, stripeAsOf } = world.company;
  const farthest = between(random, 1, 40);
  // First the backup gets older, from an hour to 12 days, then the restore moves nearer to the exports.
  const length = Math.round(HOUR * 288 ** Math.min(1, extent / 0.7));
  const gap = Math.round((farthest * Math.min(1, (1 - extent) / 0.3) + 0.2) * DAY);
  const to = Math.max(begin + 2 * length, stripeAsOf - gap);
  const from = to - length;
  const backup: Table = new Map();
  return {
    code: "restored_database",
    from,
    to,
    shape: "burst",
    jobs: [
      {
        at: from,
        run: (table) => {
          backup.clear();
          for (const [key, row] of table) backup.set(key, row);
        },
      },
      {
        at: to,
        run: (table) => {
          table.clear();
          for (const [key, row] of backup) table.set(key, row);
        },
      },
    ],
  };
};
