import { type Client, escapeIdentifier } from "pg";
import { explainDatabaseError } from "../sources/postgres/explain-database-error";
import { isDatabaseError } from "../sources/postgres/is-database-error";
import type { TextRow } from "../sources/postgres/read-rows";
import { isSameRow, writeTogether } from "./apply-batch";
import { lockTable, mapAgain, unlockTable } from "./apply-plan";
import { timeText } from "./column-text";
import { planOf, type Run, requireRun } from "./find-run";
import { addToJournal, type NewEntry, recordInJournal } from "./journal";
import type { MappedTable } from "./map-table";
import { isWritable } from "./map-table";
import { type Change, refuse } from "./plan";
import { countRows, lockRows, TEXT_SETTINGS, updateRows } from "./write-rows";

/** What is to be undone. */
export interface RollbackRequest {
  readonly client: Client;
  readonly runId: string;
  /** These subscriptions alone. */
  readonly only?: readonly string[] | undefined;
  /** Whether rows that the run inserted are removed, where nothing refers to them, instead of archived. */
  readonly deleteInserted?: boolean | undefined;
  readonly operator: string;
  readonly onProgress?: ((step: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was undone. */
export interface RolledBack {
  readonly runId: string;
  readonly state: "done" | "stopped";
  readonly restored: number;
  readonly archived: number;
  readonly deleted: number;
  /** Rows that somebody changed since, or that could not be put back: they are as they were found. */
  readonly leftAlone: readonly { readonly subscription_id: string; readonly reason: string }[];
  /** Columns that a trigger of the table wrote anew, so that they are not as they were. */
  readonly notAsBefore: readonly string[];
}

interface Undone {
  readonly change: Change;
  readonly how: "restored" | "archived" | "deleted";
  readonly row: TextRow | null;
}

const BATCH = 50;

/**
 * Undoes a run: puts the before-images back where the row is still as the run left it. A row that was changed since by somebody else is
 * left alone and listed. Stripe is not asked.
 *
 * @throws ReconError when there is no such run, nothing of it is left to undo, or another repair is running
 */
export async function rollBack(request: RollbackRequest): Promise<RolledBack> {
  const { client } = request;
  try {
    return await undo(request);
  } catch (error) {
    throw isDatabaseError(error) ? explainDatabaseError(error, client) : error;
  }
}

async function undo(request: RollbackRequest): Promise<RolledBack> {
  const { client, runId, only, operator, onProgress, signal } = request;
  const run = await requireRun(client, runId);
  const plan = planOf(run);
  const changes = plan.changes
    .filter((change) => only === undefined || only.includes(change.subscription_id))
    .reverse();
  if (changes.length === 0)
    throw refuse(
      "nothing_to_undo",
      `Run ${runId} has nothing ${only === undefined ? "left" : "of these subscriptions"} to undo.`,
    );
  const mapped = await mapAgain(client, plan);
  await lockTable(client, mapped);
  try {
    const record = (kind: NewEntry["kind"], data: NewEntry["data"]): Promise<void> =>
      recordInJournal(client, [{ run_id: runId, kind, subscription_id: null, data }]);
    await record("rollback_started", {
      operator,
      changes: changes.length,
      delete_inserted: request.deleteInserted === true,
    });
    const undone: Undone[] = [];
    const leftAlone: RolledBack["leftAlone"][number][] = [];
    for (let start = 0; start < changes.length && signal?.aborted !== true; start += BATCH) {
      const batch = changes.slice(start, start + BATCH);
      const result = await undoBatch(request, mapped, run, batch);
      undone.push(...result.undone);
      leftAlone.push(...result.leftAlone);
      onProgress?.(`${undone.length} of ${changes.length} put back, ${leftAlone.length} left alone`);
    }
    const count = (how: Undone["how"]): number => undone.filter((each) => each.how === how).length;
    const counts = { restored: count("restored"), archived: count("archived"), deleted: count("deleted") };
    const isWhole = undone.length + leftAlone.length === changes.length;
    const notAsBefore = namesNotAsBefore(undone);
    if (isWhole)
      await record("rollback_finished", { ...counts, left_alone: leftAlone.length, not_as_before: notAsBefore });
    return { runId, state: isWhole ? "done" : "stopped", ...counts, leftAlone, notAsBefore };
  } finally {
    await unlockTable(client, mapped);
  }
}

async function undoBatch(
  { client, deleteInserted = false, operator }: RollbackRequest,
  mapped: MappedTable,
  run: Run,
  changes: readonly Change[],
): Promise<{ readonly undone: readonly Undone[]; readonly leftAlone: RolledBack["leftAlone"] }> {
  const { table, idColumn } = mapped;
  const ids = changes.map((change) => change.subscription_id);
  await client.query(`BEGIN; ${TEXT_SETTINGS}; SET LOCAL lock_timeout = '300ms'; SET LOCAL statement_timeout = '30s'`);
  try {
    const rows = await lockRows(client, table, idColumn, ids);
    const counted = await countRows(client, table, idColumn, ids);
    const undone: Undone[] = [];
    const leftAlone: RolledBack["leftAlone"][number][] = [];
    for (const change of changes) {
      const id = change.subscription_id;
      const row = rows.find((each) => each[idColumn] === id);
      const left = run.changed.get(id);
      if (row === undefined || left === undefined || !isSameRow(row, left)) {
        const reason =
          (counted.get(id) ?? 0) === 0
            ? "its row is gone"
            : row === undefined
              ? "another session is writing the row"
              : "its row was changed by somebody else since";
        leftAlone.push({ subscription_id: id, reason });
        continue;
      }
      const how = change.before !== null ? "restored" : deleteInserted ? "deleted" : "archived";
      const refers = how === "deleted" ? await whoRefers(client, mapped, row) : null;
      const done =
        refers === null
          ? await writeTogether(client, [change], () => writeBack(client, mapped, change, row, how))
          : { rows: [], refused: new Map([[id, `${refers} refers to it, so it is not removed`]]) };
      const reason = done.refused.get(id) ?? (done.rows.length === 0 ? "a trigger or rule of the table kept it" : null);
      if (reason === null) undone.push({ change, how, row: how === "deleted" ? null : (done.rows[0] ?? null) });
      else leftAlone.push({ subscription_id: id, reason });
    }
    await client.query("SET LOCAL lock_timeout = '10s'");
    await addToJournal(client, [
      ...undone.map(
        ({ change, how, row }): NewEntry => ({
          run_id: run.id,
          kind: "restored",
          subscription_id: change.subscription_id,
          data: { operator, how, before: run.changed.get(change.subscription_id), after: row },
        }),
      ),
      ...leftAlone.map(
        ({ subscription_id, reason }): NewEntry => ({
          run_id: run.id,
          kind: "left_alone",
          subscription_id,
          data: { operator, reason },
        }),
      ),
    ]);
    await client.query("COMMIT");
    return { undone, leftAlone };
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function writeBack(
  client: Client,
  mapped: MappedTable,
  { subscription_id: id, before }: Change,
  row: TextRow,
  how: Undone["how"],
): Promise<TextRow[]> {
  const { table, idColumn, columns, config } = mapped;
  if (how === "deleted") {
    const { rows } = await client.query<TextRow>(
      `DELETE FROM ${table.sql} WHERE ${escapeIdentifier(idColumn)} = $1 RETURNING ${escapeIdentifier(idColumn)}`,
      [id],
    );
    return rows;
  }
  const values: Record<string, string | null> = {};
  if (before === null) {
    const { status, archived_at } = columns;
    if (isWritable(status)) values[status.name] = config.database?.archived ?? "archived";
    if (isWritable(archived_at)) values[archived_at.name] = timeText(Date.now() / 1000, archived_at.type, []);
  } else {
    for (const column of table.columns)
      if (isWritable(column) && (row[column.name] ?? null) !== (before[column.name] ?? null))
        values[column.name] = before[column.name] ?? null;
    if (Object.keys(values).length === 0) return [row];
  }
  return updateRows(client, table, idColumn, [{ id, values }]);
}

/** Which table has a row that refers to this one; null when none does. */
async function whoRefers(client: Client, { table }: MappedTable, row: TextRow): Promise<string | null> {
  for (const { from, columns, referenced } of table.referredBy) {
    const conditions = columns.map((name, index) => `${escapeIdentifier(name)}::text = $${index + 1}`);
    const { rows } = await client.query(
      `SELECT 1 FROM ${from} WHERE ${conditions.join(" AND ")} LIMIT 1`,
      referenced.map((name) => row[name] ?? null),
    );
    if (rows.length > 0) return from;
  }
  return null;
}

function namesNotAsBefore(undone: readonly Undone[]): readonly string[] {
  const names = undone.flatMap(({ change: { before }, row }) =>
    before === null || row === null
      ? []
      : Object.keys(before).filter((name) => (before[name] ?? null) !== (row[name] ?? null)),
  );
  return [...new Set(names)];
}
