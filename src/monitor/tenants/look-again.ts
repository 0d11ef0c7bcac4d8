import { writeFile } from "node:fs/promises";
import { stringify } from "csv-stringify/sync";
import type { Client } from "pg";
import { withClient } from "../../reconcile/live/export-live";
import type { Engine } from "../../reconcile/open-engine";
import { sideQuery } from "../../reconcile/side-query";
import { COPY_CSV } from "../../sources/postgres/copy-csv";
import { describeTable } from "../../sources/postgres/describe-table";
import { readOnlySnapshot } from "../../sources/postgres/read-only-snapshot";
import { readRows, type TextRow } from "../../sources/postgres/read-rows";
import type { Source } from "../../sources/source";
import { sourceOver } from "../../sources/source-over";
import { sqlText } from "../../sources/sql-text";
import type { ApiSubscription } from "../../sources/stripe-api/complete-items";
import type { StripeConnection } from "../../sources/stripe-api/connect-stripe";
import { type Retrieved, retrieveSubscriptions } from "../../sources/stripe-api/retrieve-subscriptions";
import type { Workspace } from "../../sources/workspace";
import type { Side } from "../../subscription";
import type { Learned, PartRelations } from "./compare-part";
import type { TenantFacts } from "./tenant-facts";

/** Subscriptions that a comparison cannot judge: in flight, or missing in Stripe's export. */
export interface Doubtful {
  readonly moving: readonly string[];
  readonly missing: readonly string[];
}

/** What both sides say now of what was doubtful. */
export interface Answers {
  /** Id → the subscription; null where it is gone. */
  readonly subscriptions: Readonly<Record<string, ApiSubscription | null>>;
  /** Id → its rows; none where they are gone. */
  readonly rows: Readonly<Record<string, readonly TextRow[]>>;
  readonly learned: Learned;
  readonly asked: number;
  /** Requests to Stripe that it took. */
  readonly requests: number;
}

/** The live sides, connected when they are asked. */
export interface LiveSides {
  stripe(): Promise<StripeConnection>;
  connect(): Promise<Client>;
}

/** Two rows: the ids of what is doubtful, by `what`. Reads `discrepancies`. */
const FIND_DOUBTFUL = `
  SELECT DISTINCT subscription_id AS id, disposition = 'in_flight' AS moving
  FROM discrepancies
  WHERE disposition = 'in_flight' OR (kind = 'missing_in_stripe' AND disposition <> 'expected')
  ORDER BY id`;

/** What a comparison of a part leaves in doubt. */
export async function findDoubtful(engine: Engine): Promise<Doubtful> {
  const rows = await engine.rows<{ id: string; moving: boolean }>(FIND_DOUBTFUL);
  const idsOf = (moving: boolean): string[] => rows.filter((row) => row.moving === moving).map(({ id }) => id);
  return { moving: idsOf(true), missing: idsOf(false) };
}

/**
 * Asks both sides again about what was doubtful, as a live report does: Stripe about all of it, the database about what was in flight.
 *
 * @param relations - the part as it was exported; the tables `stripe_now` and `database_now` of the engine hold it as it is now
 */
export async function lookAgain(
  engine: Engine,
  { sources, table, header }: TenantFacts,
  relations: PartRelations,
  { moving, missing }: Doubtful,
  live: LiveSides,
  workspace: Workspace,
): Promise<{ readonly relations: PartRelations; readonly answers: Answers }> {
  const ids = [...new Set([...moving, ...missing])];
  const stripe = await live.stripe();
  const before = stripe.requests();
  const retrieved = await retrieveSubscriptions(stripe, ids);
  const requests = stripe.requests() - before;
  const idsOf = (kind: Retrieved["kind"]): string[] => ids.filter((id) => retrieved.get(id)?.kind === kind);
  const subscriptions: Record<string, ApiSubscription | null> = {};
  for (const [id, answer] of retrieved) {
    if (answer.kind === "found") subscriptions[id] = answer.subscription;
    else if (moving.includes(id)) subscriptions[id] = null;
  }
  const rows = await withClient(live.connect, (client) =>
    readOnlySnapshot(client, async () =>
      readRows(client, await describeTable(client, table), sources.database.columnNames.id ?? "id", moving),
    ),
  );
  const found = Object.values(subscriptions).filter((each) => each !== null);
  const lines = workspace.file("again.ndjson");
  await writeFile(lines, found.map((each) => `${JSON.stringify(each)}\n`).join(""));
  const csv = workspace.file("again.csv");
  const cells = [...rows.values()].flat().map((row) => header.map((name) => row[name] ?? null));
  await writeFile(csv, stringify([header, ...cells], COPY_CSV));

  const asked = { stripe: Object.keys(subscriptions), database: moving };
  await engine.run(createNow("stripe", sources.stripe, relations, asked.stripe, found.length > 0 ? lines : null));
  await engine.run(createNow("database", sources.database, relations, asked.database, cells.length > 0 ? csv : null));
  const moved = new Set<string>();
  for (const side of ["stripe", "database"] as const) {
    const changed = await engine.rows<{ id: string }>(whatMoved(side, relations, moving));
    for (const { id } of changed) moved.add(id);
  }
  const learned: Learned = {
    reread: moving.filter((id) => !moved.has(id)),
    moved: moving.filter((id) => moved.has(id)),
    absent: idsOf("absent"),
    other_mode: idsOf("other_mode"),
  };
  return {
    relations: { ...relations, stripe: "stripe_now", database: "database_now" },
    answers: { subscriptions, rows: Object.fromEntries(rows), learned, asked: ids.length, requests },
  };
}

function listOf(ids: readonly string[]): string {
  return `CAST([${ids.map(sqlText).join(", ")}] AS VARCHAR[])`;
}

/** Creates `<side>_now`: the rows of a part, those that were asked for as they are now. They stand in `path`, if there are any. */
function createNow(
  side: Side,
  source: Source,
  relations: PartRelations,
  asked: readonly string[],
  path: string | null,
): string {
  const again = path === null ? "" : `UNION ALL BY NAME SELECT * FROM (${sideQuery(sourceOver(source, path), true)})`;
  return `
  CREATE OR REPLACE TEMP TABLE ${side}_now AS
  SELECT * FROM ${relations[side]} WHERE id IS NULL OR NOT list_contains(${listOf(asked)}, id)
  ${again}`;
}

/** One row a subscription that was in flight and whose rows are no longer what was exported. */
function whatMoved(side: Side, relations: PartRelations, moving: readonly string[]): string {
  const before = `SELECT * FROM ${relations[side]} WHERE list_contains(${listOf(moving)}, id)`;
  const now = `SELECT * FROM ${side}_now WHERE list_contains(${listOf(moving)}, id)`;
  return `
  SELECT DISTINCT id
  FROM ((${before} EXCEPT ALL ${now}) UNION ALL (${now} EXCEPT ALL ${before}))`;
}
