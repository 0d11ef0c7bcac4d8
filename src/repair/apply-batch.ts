import type { Client } from "pg";
import type { TextRow } from "../sources/postgres/read-rows";
import { timeText } from "./column-text";
import { addToJournal, type NewEntry } from "./journal";
import type { MappedTable } from "./map-table";
import type { Change } from "./plan";
import { isSameImage, type StripeImage } from "./stripe-image";
import { countRows, insertRows, lockRows, type RowWrite, TEXT_SETTINGS, updateRows } from "./write-rows";

/** What Stripe says of a subscription now; null when it says 404. */
export type ImageNow = StripeImage | null;

/** What a batch is written with. */
export interface BatchContext {
  readonly client: Client;
  readonly mapped: MappedTable;
  readonly runId: string;
  /** Of every entry: what the change follows from. */
  readonly bound: Readonly<Record<string, unknown>>;
}

/** Why a change was not made. */
export interface Skipped {
  readonly change: Change;
  readonly reason: string;
  /** Another session holds the row: it may be free in a moment. */
  readonly isLocked: boolean;
}

/** What became of a batch. */
export interface BatchResult {
  readonly written: readonly { readonly change: Change; readonly after: TextRow }[];
  readonly skipped: readonly Skipped[];
}

/** No one waits longer for a batch than this, and no batch for anyone. */
const SETTINGS = `${TEXT_SETTINGS}; SET LOCAL lock_timeout = '300ms'; SET LOCAL statement_timeout = '30s'`;

/**
 * Writes a batch of changes in one transaction, with its entries in the journal: both are there, or neither.
 *
 * A change is made only if both sides are what the plan saw: Stripe as it was asked a moment ago, and the row as it is under its lock.
 * What is not, is skipped.
 *
 * @param now - id → what Stripe says now
 * @param unsafe - id → why its change must not be made any more
 */
export async function applyBatch(
  context: BatchContext,
  changes: readonly Change[],
  now: ReadonlyMap<string, ImageNow>,
  unsafe: ReadonlyMap<string, string>,
): Promise<BatchResult> {
  const { client } = context;
  await client.query(`BEGIN; ${SETTINGS}`);
  try {
    const result = await writeBatch(context, changes, now, unsafe);
    await client.query("SET LOCAL lock_timeout = '10s'");
    await addToJournal(client, entriesOf(context, result));
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function writeBatch(
  { client, mapped }: BatchContext,
  changes: readonly Change[],
  now: ReadonlyMap<string, ImageNow>,
  unsafe: ReadonlyMap<string, string>,
): Promise<BatchResult> {
  const { table, idColumn } = mapped;
  const ids = changes.map((change) => change.subscription_id);
  // Without a unique key two sessions could insert the same id; then nobody else writes while we look and insert.
  if (!mapped.idIsUnique && changes.some(({ action }) => action === "insert"))
    await client.query(`LOCK TABLE ${table.sql} IN SHARE ROW EXCLUSIVE MODE`);
  const locked = await lockRows(client, table, idColumn, ids);
  const counted = await countRows(client, table, idColumn, ids);
  const skipped: Skipped[] = [];
  const ready: Change[] = [];
  for (const change of changes) {
    const id = change.subscription_id;
    const rows = locked.filter((row) => row[idColumn] === id);
    const image = now.get(id);
    const why = unsafe.get(id) ?? whyNot(change, rows, counted.get(id) ?? 0, image);
    if (why === null) ready.push(change);
    else skipped.push({ change, reason: why, isLocked: why === LOCKED });
  }
  const written: BatchResult["written"][number][] = [];
  for (const isInsert of [false, true]) {
    const some = ready.filter(({ action }) => (action === "insert") === isInsert);
    const write = (each: readonly Change[]): Promise<TextRow[]> => {
      const writes = each.map((change) => writeOf(change, mapped));
      return isInsert ? insertRows(client, table, writes) : updateRows(client, table, idColumn, writes);
    };
    const done = await writeTogether(client, some, write);
    for (const change of some) {
      const after = done.rows.find((row) => row[idColumn] === change.subscription_id);
      if (after !== undefined) written.push({ change, after });
      else {
        const reason =
          done.refused.get(change.subscription_id) ?? "a trigger or rule of the table kept it from being written";
        skipped.push({ change, reason, isLocked: reason === LOCKED });
      }
    }
  }
  return { written, skipped };
}

/** What is written of a change, the time of writing included. */
function writeOf({ subscription_id: id, after, stamped, before }: Change, { table }: MappedTable): RowWrite {
  const now = Math.floor(Date.now() / 1000);
  const stamps = table.columns
    .filter(({ name }) => stamped.includes(name))
    .map(({ name, type }) => [name, timeText(now, type, [before?.[name] ?? null])]);
  return { id, values: { ...after, ...Object.fromEntries(stamps) } };
}

const LOCKED = "another session is writing the row";

/** Why a change must not be made now; null when it may. */
function whyNot(change: Change, rows: readonly TextRow[], counted: number, image: ImageNow | undefined): string | null {
  if (image === undefined) return "Stripe was not asked for it";
  if (change.stripe === null && image !== null) return "Stripe has it after all";
  if (change.stripe !== null && image === null) return "Stripe no longer has it";
  if (change.stripe !== null && image !== null && !isSameImage(change.stripe, image))
    return "it has changed in Stripe since the plan was made";
  if (change.before === null) return counted > 0 ? "a row for it has been inserted since the plan was made" : null;
  if (counted === 0) return "its row is gone";
  if (counted > 1) return `it stands in ${counted} rows`;
  const [row] = rows;
  if (row === undefined) return LOCKED;
  return isSameRow(row, change.before) ? null : "its row has changed since the plan was made";
}

/** Whether two rows are equal, column by column, as PostgreSQL writes them. */
export function isSameRow(one: TextRow, other: TextRow): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => (one[name] ?? null) === (other[name] ?? null));
}

/** Errors of one row's own: a value the table does not take, or a lock that somebody holds. */
const OF_ONE_ROW = /^(22|23|P0001|55P03|42804|44000)/;

/**
 * Writes changes in one go; where the table refuses one of them, one by one, so that the others are written all the same.
 *
 * @returns the rows written, and id → what the table said
 */
export async function writeTogether<T extends { readonly subscription_id: string }>(
  client: Client,
  changes: readonly T[],
  write: (some: readonly T[]) => Promise<TextRow[]>,
): Promise<{ readonly rows: TextRow[]; readonly refused: ReadonlyMap<string, string> }> {
  const refused = new Map<string, string>();
  if (changes.length === 0) return { rows: [], refused };
  await client.query("SAVEPOINT rows");
  try {
    const rows = await write(changes);
    await client.query("RELEASE SAVEPOINT rows");
    return { rows, refused };
  } catch (error) {
    const { code = "", message } = error as Error & { code?: string };
    if (!OF_ONE_ROW.test(code)) throw error;
    await client.query("ROLLBACK TO SAVEPOINT rows");
    const [first] = changes;
    if (changes.length === 1 && first !== undefined) {
      refused.set(first.subscription_id, code === "55P03" ? LOCKED : `the table refuses it: ${message}`);
      return { rows: [], refused };
    }
  }
  const rows: TextRow[] = [];
  for (const change of changes) {
    const one = await writeTogether(client, [change], write);
    rows.push(...one.rows);
    for (const [id, why] of one.refused) refused.set(id, why);
  }
  return { rows, refused };
}

function entriesOf({ runId, bound }: BatchContext, { written, skipped }: BatchResult): NewEntry[] {
  const of = (change: Change, kind: NewEntry["kind"], data: object): NewEntry => ({
    run_id: runId,
    kind,
    subscription_id: change.subscription_id,
    data: { ...bound, action: change.action, kinds: change.kinds, ...data },
  });
  return [
    ...written.map(({ change, after }) =>
      of(change, "change", { why: change.why, before: change.before, after, stripe: change.stripe }),
    ),
    ...skipped.filter(({ isLocked }) => !isLocked).map(({ change, reason }) => of(change, "skipped", { reason })),
  ];
}
