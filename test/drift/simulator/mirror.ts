/** The app's webhook consumer: it mirrors each event it gets into its table, as far as the faults let it. */

import type { Hooks, Job, Sides, Table } from "./fault";
import { type Row, type Written, writtenFor } from "./row";
import type { SubscriptionEvent } from "./subscription-event";
import type { World } from "./world";

interface Delivery {
  readonly event: SubscriptionEvent;
  /** Unix microseconds. */
  readonly at: number;
}

/** What the two exports show when these things go wrong at the same time. */
export function mirror(world: World, faults: readonly Hooks[]): Sides {
  const table: Table = new Map();
  const until = world.company.databaseAsOf * 1_000_000;
  const jobs = faults.flatMap((fault) => fault.jobs ?? []).sort((a, b) => a.at - b.at);
  const perCustomer = faults.find((fault) => fault.perCustomer !== undefined)?.perCustomer;
  const consume = consumerOf(world, faults, table, perCustomer);
  let next = 0;
  const runJobs = (before: number): void => {
    for (let job: Job | undefined = jobs[next]; job !== undefined && job.at * 1_000_000 <= before; job = jobs[next]) {
      job.run(table);
      next += 1;
    }
  };
  for (const { event, at } of deliveriesOf(world, faults)) {
    if (at > until) continue;
    runJobs(at);
    consume(event, at);
  }
  runJobs(until);
  const database = new Map([...table.values()].map((row) => [row.id, row]));
  return faults.reduce<Sides>((sides, fault) => fault.exports?.(sides) ?? sides, {
    stripe: world.stripe,
    database,
    hasMore: false,
  });
}

/** The events in the order they are handled. */
function deliveriesOf(world: World, faults: readonly Hooks[]): Delivery[] {
  const transports = faults.flatMap((fault) => fault.deliver ?? []);
  const delivered: Delivery[] = [];
  for (const event of world.events) {
    const at = transports.reduce<number | null>((time, deliver) => time && deliver(event, time), event.handled);
    if (at !== null) delivered.push({ event, at });
  }
  return transports.length === 0 ? delivered : delivered.sort((a, b) => a.at - b.at);
}

function consumerOf(
  world: World,
  faults: readonly Hooks[],
  table: Table,
  perCustomer: Hooks["perCustomer"],
): (event: SubscriptionEvent, at: number) => void {
  const { upserts, dropsExpired } = world.company;
  const guards = faults.flatMap((fault) => fault.ignores ?? []);
  const writers = faults.flatMap((fault) => fault.writes ?? []);
  return (event, at) => {
    const s = event.subscription;
    const key = perCustomer === undefined ? s.id : s.customer;
    const row = table.get(key);
    if (guards.some((ignores) => ignores(event, row))) return;
    const isOther = row !== undefined && row.id !== s.id;
    if (isOther && perCustomer === "ignore") return;
    if (row === undefined && event.type !== "created" && !upserts) return;
    if (s.status === "incomplete_expired" && dropsExpired) {
      if (!isOther) table.delete(key);
      return;
    }
    const written = writers.reduce<Written | null>(
      (wanted, write) => wanted && write(wanted, event, row),
      writtenFor(s),
    );
    if (written !== null) table.set(key, store(s.id, written, row, at, perCustomer));
  };
}

function store(id: string, written: Written, row: Row | undefined, at: number, perCustomer: Hooks["perCustomer"]): Row {
  if (row === undefined) return { id, ...written, archived_at: null, created_at: at, updated_at: at };
  return { ...row, ...written, id: perCustomer === "keep_id" ? row.id : id, updated_at: at };
}
