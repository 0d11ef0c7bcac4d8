import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";
import { refuse } from "./plan";

/** What an entry of the journal is about. */
export const ENTRY_KINDS = [
  "run_started",
  "backed_up",
  "change",
  "skipped",
  "stage_finished",
  "verified",
  "run_finished",
  "rollback_started",
  "restored",
  "left_alone",
  "rollback_finished",
] as const;

/** One of {@link ENTRY_KINDS}. */
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** What is put on record. */
export interface NewEntry {
  readonly run_id: string;
  readonly kind: EntryKind;
  readonly subscription_id: string | null;
  /** JSON values alone. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** An entry on record. */
export interface Entry extends NewEntry {
  readonly seq: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly hash: string;
}

interface JournalRow {
  readonly seq: string;
  readonly run_id: string;
  readonly kind: EntryKind;
  readonly subscription_id: string | null;
  readonly body: string;
  readonly previous_hash: string;
  readonly hash: string;
}

/** The hash before the first entry. */
const GENESIS = "0".repeat(64);
/** Any two numbers, as long as they are always the same: the lock of whoever adds to the journal. */
const JOURNAL_LOCK = [726_563_111, 1];
/** The first of the two numbers of a table's lock; the second is its oid. */
export const TABLE_LOCK = 726_563_112;

const COLUMNS = "seq, run_id, kind, subscription_id, body, previous_hash, hash";

/**
 * Makes the journal where it is not there yet. Its statements are those of journal.sql, for an administrator to run.
 *
 * @throws ReconError (a guard's) when this user may neither make it nor add to it
 */
export async function openJournal(client: Client): Promise<void> {
  const state = await journalState(client);
  if (state === "open") return;
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1, $2)", JOURNAL_LOCK);
    await client.query(await readFile(join(__dirname, "journal.sql"), "utf8"));
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    if ((error as { code?: string }).code !== "42501") throw error;
    throw refuse(
      "no_journal",
      `PostgreSQL: ${state === "missing" ? "there is no journal (reconciliation.journal)" : "the journal (reconciliation.journal) is closed to this user"}, and user "${client.user}" may not make it so. Nothing is repaired without a journal: have an administrator run src/repair/journal.sql and grant this user INSERT and SELECT on it.`,
      error,
    );
  }
}

/** Whether there is a journal, and whether this user may read it and add to it. */
export async function journalState(client: Client): Promise<"missing" | "closed" | "open"> {
  const { rows } = await client.query<{ open: boolean }>(
    `SELECT has_schema_privilege(namespace.oid, 'USAGE')
       AND has_table_privilege(class.oid, 'SELECT')
       AND has_table_privilege(class.oid, 'INSERT') AS open
     FROM pg_class AS class
     JOIN pg_namespace AS namespace ON namespace.oid = relnamespace
     WHERE nspname = 'reconciliation' AND relname = 'journal'`,
  );
  const [journal] = rows;
  return journal === undefined ? "missing" : journal.open ? "open" : "closed";
}

/** @throws ReconError (a guard's) where there is no journal */
export async function requireJournal(client: Client): Promise<void> {
  if ((await journalState(client)) === "missing")
    throw refuse("no_journal", "This database has no journal (reconciliation.journal): nothing was repaired here.");
}

/**
 * Adds entries to the journal within the caller's transaction. Whoever adds waits until the others' transactions end, so that the
 * chain has no branches.
 *
 * @param now - when they happened; only a simulation says another time than now
 */
export async function addToJournal(
  client: Client,
  entries: readonly NewEntry[],
  now: Date = new Date(),
): Promise<void> {
  if (entries.length === 0) return;
  await client.query("SELECT pg_advisory_xact_lock($1, $2)", JOURNAL_LOCK);
  const { rows } = await client.query<{ seq: string; hash: string }>(
    "SELECT seq, hash FROM reconciliation.journal ORDER BY seq DESC LIMIT 1",
  );
  let seq = Number(rows[0]?.seq ?? 0);
  let previous = rows[0]?.hash ?? GENESIS;
  const at = now.toISOString();
  const made = entries.map(({ run_id, kind, subscription_id, data }) => {
    const body = JSON.stringify({ at, run_id, kind, subscription_id, data });
    const hash = hashOf(previous, ++seq, body);
    const row = [String(seq), run_id, kind, subscription_id, body, previous, hash] as const;
    previous = hash;
    return row;
  });
  const column = (index: number): (string | null)[] => made.map((row) => row[index] ?? null);
  await client.query(
    `INSERT INTO reconciliation.journal (at, ${COLUMNS})
     SELECT $8::timestamptz, *
     FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])`,
    [...[0, 1, 2, 3, 4, 5, 6].map(column), at],
  );
}

/** Adds entries in a transaction of their own. */
export async function recordInJournal(client: Client, entries: readonly NewEntry[]): Promise<void> {
  await client.query("BEGIN");
  try {
    await addToJournal(client, entries);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** The entries of some runs, in their order; of all runs when nothing is said. */
export async function readJournal(client: Client, runId?: string): Promise<readonly Entry[]> {
  const where = runId === undefined ? "" : "WHERE run_id = $1";
  const { rows } = await client.query<JournalRow>(
    `SELECT ${COLUMNS} FROM reconciliation.journal ${where} ORDER BY seq`,
    runId === undefined ? [] : [runId],
  );
  return rows.map(entryOf);
}

function entryOf({ seq, hash, body }: JournalRow): Entry {
  return { seq: Number(seq), hash, ...(JSON.parse(body) as Omit<Entry, "seq" | "hash">) };
}

/** Whether the journal is as it was written. */
export type ChainState =
  | { readonly kind: "intact"; readonly entries: number; readonly head: string }
  | { readonly kind: "broken"; readonly seq: number; readonly what: string };

const PAGE = 5_000;

/** Follows the chain from its first entry: each number, each link and each hash. */
export async function checkChain(client: Client): Promise<ChainState> {
  let previous = GENESIS;
  let last = 0;
  for (;;) {
    const { rows } = await client.query<JournalRow>(
      `SELECT ${COLUMNS} FROM reconciliation.journal WHERE seq > $1 ORDER BY seq LIMIT ${PAGE}`,
      [last],
    );
    for (const row of rows) {
      const seq = Number(row.seq);
      const broken = (what: string): ChainState => ({ kind: "broken", seq, what });
      if (seq !== last + 1) return broken(`entry ${last + 1} is gone`);
      if (row.previous_hash !== previous) return broken(`entry ${seq} does not follow the one before it`);
      if (hashOf(previous, seq, row.body) !== row.hash) return broken(`entry ${seq} was changed`);
      const { run_id, kind, subscription_id } = JSON.parse(row.body) as Entry;
      if (run_id !== row.run_id || kind !== row.kind || subscription_id !== row.subscription_id)
        return broken(`entry ${seq} is filed under something else than it says`);
      previous = row.hash;
      last = seq;
    }
    if (rows.length < PAGE) return { kind: "intact", entries: last, head: previous };
  }
}

function hashOf(previous: string, seq: number, body: string): string {
  return createHash("sha256").update(`${previous}\n${seq}\n${body}`).digest("hex");
}
