/** What people and older code did to the table: orphans, archived rows and single edits. */

import { addMonths, at, DAY } from "./calendar";
import { longId, shortId } from "./ids";
import { between, pick, randomOf } from "./random";
import type { Row } from "./webhook-consumer";
import { DELETED_TENANT, NEW_STARTER, PRICES } from "./world";

/** An earlier reconciliation archived these; its Stripe list had left canceled subscriptions out. */
const ARCHIVED_AT = at("2026-04-20T08:15:00Z");

/** A row whose subscription Stripe does not have. */
function orphan(key: string, created: string, more: Partial<Row> = {}): Row {
  const random = randomOf(`orphan ${key}`);
  const time = at(created);
  const price = pick(
    random,
    PRICES.filter((each) => each !== NEW_STARTER),
  );
  const written = time * 1_000_000 + between(random, 900_000, 5_200_000);
  return {
    id: longId("sub", time, key),
    customer_id: shortId("cus", key),
    tenant_id: DELETED_TENANT,
    status: "active",
    price_id: price.id,
    quantity: between(random, 1, 5),
    currency: price.currency,
    metadata: {
      tenant_id: more.tenant_id ?? DELETED_TENANT,
      plan_tier: price.key.split("-")[0] ?? "",
      source: "sales",
    },
    current_period_start: time,
    current_period_end: addMonths(time, price.months),
    trial_end: null,
    cancel_at_period_end: false,
    canceled_at: null,
    ended_at: null,
    archived_at: null,
    livemode: true,
    created_at: written,
    updated_at: written,
    ...more,
  };
}

/** Rows of the deleted tenant that were archived with the others of that day. */
function archivedOrphans(): Row[] {
  const random = randomOf("archived orphans");
  return Array.from({ length: 12 }, (_, index) => {
    const created = at("2024-12-03T09:00:00Z") + index * 34 * DAY + between(random, 0, 20 * DAY);
    const archived = ARCHIVED_AT * 1_000_000 + 412_000 + index * 1_733;
    return orphan(`archived ${index + 1}`, new Date(created * 1000).toISOString(), {
      status: "archived",
      archived_at: archived,
      updated_at: archived,
    });
  });
}

/** Rows that look alive and have no subscription; two of them hang on a customer who has another one. */
function orphans(living: readonly [Row, Row]): Row[] {
  const [first, second] = living;
  const canceled = at("2026-01-30T12:00:00Z");
  return [
    orphan("deleted tenant 1", "2025-01-16T10:22:08Z"),
    orphan("deleted tenant 2", "2025-04-02T13:41:55Z", { status: "past_due" }),
    orphan("deleted tenant 3", "2025-07-21T08:09:30Z", {
      status: "canceled",
      canceled_at: canceled,
      ended_at: canceled,
    }),
    orphan("deleted tenant 4", "2025-11-05T15:27:19Z", { status: "trialing" }),
    orphan("typed in 1", "2026-03-12T11:05:00Z", { tenant_id: "tenant_014" }),
    orphan("typed in 2", "2026-08-27T09:48:00Z", { tenant_id: "tenant_031" }),
    orphan("typed in, customer lives 1", "2026-02-19T14:30:00Z", {
      customer_id: first.customer_id,
      tenant_id: first.tenant_id,
    }),
    orphan("typed in, customer lives 2", "2026-09-30T16:12:00Z", {
      customer_id: second.customer_id,
      tenant_id: second.tenant_id,
    }),
  ];
}

/** Changes the rows of scripted births and adds the rows nobody sold. `rowOf` finds a scripted birth's row. */
export function touchRows(rows: Map<string, Row>, rowOf: (key: string) => Row): void {
  const edit = (key: string, time: string, change: (row: Row) => Partial<Row>): void => {
    const row = rowOf(key);
    if (at(time) * 1_000_000 <= row.updated_at) throw new Error(`touchRows: ${key} changed after ${time}`);
    Object.assign(row, change(row), { updated_at: at(time) * 1_000_000 + 271_828 });
  };
  edit("edited by hand 1", "2026-03-05T10:12:44Z", (row) => ({ quantity: row.quantity + 3 }));
  edit("edited by hand 2", "2026-05-28T15:40:02Z", (row) => ({ metadata: { ...row.metadata, sales_ref: "0007" } }));
  edit("edited by hand 3", "2026-07-14T08:55:37Z", () => ({ status: "past_due" }));
  edit("edited by hand 4", "2026-09-02T12:21:10Z", (row) => ({ metadata: { ...row.metadata, contract_id: "C-17/2" } }));
  edit("edited by hand 5", "2026-10-07T09:33:51Z", (row) => ({ quantity: row.quantity + 10 }));
  edit("edited by hand 6", "2026-10-28T14:07:25Z", () => ({ price_id: NEW_STARTER.id }));
  edit("set to cancel, called canceled", "2026-09-08T09:20:00Z", () => ({ status: "canceled" }));
  for (let i = 1; i <= 5; i++) {
    const row = rowOf(`archived after its end ${i}`);
    const archived = ARCHIVED_AT * 1_000_000 + 398_000 + i * 1_811;
    Object.assign(row, { status: "archived", archived_at: archived, updated_at: archived });
  }
  const added = [...archivedOrphans(), ...orphans([rowOf("no metadata 1"), rowOf("edited by hand 5")])];
  for (const row of added) rows.set(row.id, row);
}
