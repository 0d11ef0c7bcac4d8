import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "pg";
import { type Config, readConfig } from "../../sources/config";
import { describeTable } from "../../sources/postgres/describe-table";
import { type ExportedDatabase, exportDatabase } from "../../sources/postgres/export-database";
import type { Where } from "../../sources/postgres/export-query";
import { readOnlySnapshot } from "../../sources/postgres/read-only-snapshot";
import { readRows } from "../../sources/postgres/read-rows";
import { readSource } from "../../sources/read-source";
import type { ApiSubscription } from "../../sources/stripe-api/complete-items";
import type { StripeConnection } from "../../sources/stripe-api/connect-stripe";
import { exportStripe } from "../../sources/stripe-api/export-stripe";
import { type Retrieved, retrieveSubscriptions } from "../../sources/stripe-api/retrieve-subscriptions";
import { openWorkspace } from "../../sources/workspace";
import type { Side } from "../../subscription";
import { readFound } from "../read-found";
import { reconcile } from "../reconcile";
import { amendSidecar, patchDatabaseExport, patchStripeExport } from "./patch-exports";

/** What is exported, and how. */
export interface LiveExportRequest {
  readonly stripe: StripeConnection;
  /** Connects to the database: once for the export, and once for the second look, as a connection may not live through the wait. */
  readonly connect: () => Promise<Client>;
  /** Folder for both exports and their sidecars; it is there. */
  readonly out: string;
  readonly table: string;
  readonly where?: Where | undefined;
  /** Whether what is on test clocks is exported, too; test mode only. */
  readonly testClocks?: boolean | undefined;
  readonly statementTimeoutSeconds?: number | undefined;
  /** Path of a `recon.json`. */
  readonly config?: string | undefined;
  /** How long to wait before rows in flight are read again, in seconds. */
  readonly graceSeconds: number;
  readonly onProgress?: ((step: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Two exports that were looked at twice. */
export interface LiveExports {
  readonly stripe: string;
  readonly database: string;
  /** Subscriptions that were in flight and read again, and how many of them still moved. */
  readonly reread: number;
  readonly stillMoving: number;
  /** Rows without a subscription in the export that were asked for one by one, and how many Stripe answered 404 for. */
  readonly asked: number;
  readonly absent: number;
  /** What a person should know, a sentence each. */
  readonly warnings: readonly string[];
}

/** Ten minutes: a webhook handler takes seconds to minutes. */
export const GRACE_SECONDS = 600;

/**
 * Exports both sides, and looks again at what a comparison of them cannot tell: rows that were in flight are read again on both sides
 * after a while, and Stripe is asked for every row that seems to be missing there. What was learned stands in the exports and their
 * sidecars, so that every later comparison of the two files says the same.
 *
 * @throws ReconError when a side cannot be read; an AbortError after `signal`
 */
export async function exportLive(request: LiveExportRequest): Promise<LiveExports> {
  const { stripe, out, signal } = request;
  const { onProgress = () => undefined } = request;
  const paths = { stripe: join(out, "stripe.ndjson.gz"), database: join(out, "database.csv.gz") };
  const config = request.config === undefined ? null : await readConfig(request.config);
  const { warnings } = await exportBoth({ ...request, onProgress }, paths, config);
  const { moving, missing } = await findDoubtful(paths, request);
  if (moving.length > 0) await waitForGrace(request.graceSeconds, moving.length, onProgress, signal);
  signal?.throwIfAborted();
  const ids = [...new Set([...moving, ...missing])];
  if (ids.length === 0) return { ...paths, ...NOTHING, warnings };
  const answers = await retrieveSubscriptions(stripe, ids, {
    onProgress: (done, all) => onProgress(`Asking Stripe again: ${done} of ${all}`),
  });
  const again = await settle(request, config, paths, moving, answers);
  const absent = ids.filter((id) => answers.get(id)?.kind === "absent").length;
  return { ...paths, ...again, asked: missing.length, absent, warnings };
}

/** What both sides are exported from, and how. */
export type BothSides = Omit<LiveExportRequest, "out" | "config" | "graceSeconds">;

/** Exports both sides as they are, to the paths given. */
export async function exportBoth(
  sides: BothSides,
  paths: Readonly<Record<Side, string>>,
  config: Config | null,
): Promise<ExportedDatabase> {
  const { stripe, connect, table, where, testClocks, statementTimeoutSeconds, signal } = sides;
  const { onProgress = () => undefined } = sides;
  onProgress("Exporting the database");
  // First, as a table or a right that is missing shows at once, and the export of Stripe takes minutes.
  const exported = await withClient(connect, (client) =>
    exportDatabase(client, {
      ...{ out: paths.database, table, where, config, statementTimeoutSeconds, signal },
      onProgress: ({ rows }) => onProgress(`Exporting the database: ${rows} rows`),
    }),
  );
  onProgress("Exporting Stripe");
  await exportStripe(stripe, {
    out: paths.stripe,
    testClocks,
    signal,
    onNotice: onProgress,
    onProgress: ({ rows, expected }) => {
      if (rows > 0) onProgress(`Exporting Stripe: ${rows} of about ${expected} subscriptions`);
    },
  });
  return exported;
}

/** What there is to say when nothing was in doubt. */
const NOTHING = { reread: 0, stillMoving: 0, asked: 0, absent: 0 } as const;

/** Works with a connection of its own. */
export async function withClient<Result>(
  connect: () => Promise<Client>,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = await connect();
  return work(client).finally(() => client.end().catch(() => undefined));
}

/** The ids that a first comparison calls in flight, and those that seem to be missing in Stripe. */
async function findDoubtful(
  paths: { readonly stripe: string; readonly database: string },
  { config, onProgress }: LiveExportRequest,
): Promise<{ readonly moving: readonly string[]; readonly missing: readonly string[] }> {
  const workspace = openWorkspace();
  try {
    onProgress?.("Looking for what is in flight or missing");
    await reconcile({ ...paths, out: workspace.directory, config });
    const found = await readFound(workspace.directory);
    const idsOf = (test: (each: (typeof found)[0]) => boolean): string[] => [
      ...new Set(found.filter(test).map((each) => each.subscription_id)),
    ];
    return {
      moving: idsOf(({ disposition }) => disposition === "in_flight"),
      missing: idsOf(({ kind, disposition }) => kind === "missing_in_stripe" && disposition !== "expected"),
    };
  } finally {
    workspace.close();
  }
}

async function waitForGrace(
  seconds: number,
  rows: number,
  onProgress: (step: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let left = seconds; left > 0; left -= 1) {
    onProgress(`${rows} subscriptions were in flight; they are read again in ${Math.ceil(left)} s (--grace)`);
    await wait(Math.min(1, left) * 1000, undefined, signal === undefined ? {} : { signal });
  }
}

/** Puts what both sides say now into the exports. What moved since it was exported may move on: it stays in flight. */
async function settle(
  { stripe, connect, table }: LiveExportRequest,
  config: Config | null,
  paths: { readonly stripe: string; readonly database: string },
  moving: readonly string[],
  answers: ReadonlyMap<string, Retrieved>,
): Promise<{ readonly reread: number; readonly stillMoving: number }> {
  const idsOf = (kind: Retrieved["kind"]): string[] =>
    [...answers].flatMap(([id, each]) => (each.kind === kind ? [id] : []));
  const subscriptions = new Map<string, ApiSubscription | null>();
  for (const [id, answer] of answers) {
    // One that Stripe has after all was created after its list was paged, or stands on a test clock.
    if (answer.kind === "found") subscriptions.set(id, answer.subscription);
    else if (moving.includes(id)) subscriptions.set(id, null);
  }
  const idColumn = await idColumnOf(paths.database, config);
  const rows = await withClient(connect, (client) =>
    readOnlySnapshot(client, async () => readRows(client, await describeTable(client, table), idColumn, moving)),
  );
  const ours = await patchStripeExport(paths.stripe, subscriptions);
  const theirs = await patchDatabaseExport(paths.database, idColumn, rows);
  const isMoved = (id: string): boolean => ours.changed.has(id) || theirs.changed.has(id);
  const moved = moving.filter(isMoved);
  const again = { reread: moving.filter((id) => !isMoved(id)), moved, reread_at: stripe.now().toISOString() };
  const denied = { absent: idsOf("absent"), other_mode: idsOf("other_mode") };
  await amendSidecar(paths.stripe, "stripe", { ...again, ...denied, rows: ours.rows });
  await amendSidecar(paths.database, "database", { ...again, rows: theirs.rows });
  return { reread: moving.length, stillMoving: moved.length };
}

async function idColumnOf(path: string, config: Config | null): Promise<string> {
  const workspace = openWorkspace();
  try {
    const source = await readSource(path, { side: "database", asOf: undefined, config }, workspace);
    return source.columnNames.id ?? "id";
  } finally {
    workspace.close();
  }
}
