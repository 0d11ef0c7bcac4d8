import { renameSync, statSync, writeFileSync } from "node:fs";
import { ReconError } from "../../recon-error";
import { type Sidecar, sidecarSchema } from "../sidecar";
import { API_VERSION, type StripeConnection } from "./connect-stripe";
import { type ExportJournal, openJournal } from "./export-journal";
import { joinRows } from "./join-rows";
import { listAll } from "./list-page";
import { pageWindows } from "./page-windows";
import { byOrderOfExport, clockWindow, newWindow, type Window } from "./window";

/** How far an export has got. */
export interface StripeExportProgress {
  readonly rows: number;
  /** How many rows are expected in all; it gets better on the way. */
  readonly expected: number;
  /** Of this run, and of its connection. */
  readonly requests: number;
}

/** What to export, and where to. */
export interface StripeExportOptions {
  /** `….ndjson`, or `….ndjson.gz` to compress it. */
  readonly out: string;
  /** Whether what is on test clocks is exported too; test mode only. */
  readonly testClocks?: boolean | undefined;
  readonly onProgress?: ((progress: StripeExportProgress) => void) | undefined;
  /** Called once with how an earlier run is treated, when there was one. */
  readonly onNotice?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The clock of the sidecar, and of the newest subscription that is exported; Stripe's when left out. */
  readonly now?: (() => Date) | undefined;
}

/** A finished export. */
export interface ExportedStripe {
  readonly path: string;
  readonly rows: number;
  readonly sidecar: Sidecar;
  /** Whether an earlier run was continued. */
  readonly continued: boolean;
}

/**
 * Exports every subscription of an account, canceled ones too, one JSON object a line as the API sent it, newest first, and its sidecar.
 *
 * Those created after the start are left out, so that none is missed or met twice while the list grows. The state is kept in
 * `<out>.partial` until the end: the same call continues where an earlier one was killed, and gives the same file.
 *
 * @throws ReconError when Stripe fails for good, or another export was begun there; what was fetched is kept
 */
export async function exportStripe(
  connection: StripeConnection,
  options: StripeExportOptions,
): Promise<ExportedStripe> {
  const { out, testClocks = false, now = connection.now } = options;
  if (testClocks && connection.account.livemode)
    throw new ReconError("stripe_test_clocks", "--test-clocks: there are none in live mode. Leave it out.");
  refuseNoFile(out);
  const journal = openJournal(`${out}.partial`, {
    schema_version: 1,
    fingerprint: connection.fingerprint,
    test_clocks: testClocks,
    started_at: now().toISOString(),
  });
  try {
    return await fill(connection, journal, options, now);
  } catch (error) {
    journal.close();
    throw error;
  }
}

/** Pages what is left, joins the rows and puts the export and its sidecar in their place. */
async function fill(
  connection: StripeConnection,
  journal: ExportJournal,
  options: StripeExportOptions,
  now: () => Date,
): Promise<ExportedStripe> {
  const { out, signal } = options;
  const { account } = connection;
  const continued = journal.windows.size > 0;
  tellBegun(journal, continued, options);
  if (!continued) journal.record(await firstWindows(connection, journal.startedAt, options.testClocks === true));
  const tell = (): void => options.onProgress?.(progressOf(journal, connection.requests()));
  tell();
  await pageWindows(connection, journal, { onPage: tell, signal });

  const windows = [...journal.windows.values()].sort(byOrderOfExport);
  const sha256 = await joinRows(windows.map(journal.rowsPath), journal.scratchPath, out.endsWith(".gz"));
  const rows = sum(windows, (window) => window.rows);
  const sidecar = sidecarSchema.parse({
    schema_version: 1,
    side: "stripe",
    account_id: account.id,
    livemode: account.livemode,
    api_version: API_VERSION,
    started_at: journal.startedAt.toISOString(),
    finished_at: now().toISOString(),
    rows,
    complete: true,
    sha256,
  });
  renameSync(journal.scratchPath, out);
  writeFileSync(journal.scratchPath, `${JSON.stringify(sidecar, null, 2)}\n`);
  renameSync(journal.scratchPath, `${out}.meta.json`);
  journal.remove();
  return { path: out, rows, sidecar, continued };
}

/** The export takes the place of a file, at once; nothing else is to be replaced. */
function refuseNoFile(out: string): void {
  if (statSync(out, { throwIfNoEntry: false })?.isFile() === false)
    throw new ReconError("not_a_file", `${out}: this is not a file. Give --out the path of a file.`);
}

async function firstWindows(connection: StripeConnection, start: Date, testClocks: boolean): Promise<Window[]> {
  const windows = [newWindow(0, Math.floor(start.getTime() / 1000))];
  if (!testClocks) return windows;
  for await (const { id } of listAll(connection, "/v1/test_helpers/test_clocks", {})) windows.push(clockWindow(id));
  return windows;
}

function tellBegun(journal: ExportJournal, continued: boolean, { out, onNotice }: StripeExportOptions): void {
  if (journal.restarted !== null)
    onNotice?.(`${out}.partial: an export was begun there, but ${journal.restarted}; it begins anew.`);
  if (continued) {
    const rows = sum([...journal.windows.values()], (window) => window.rows);
    onNotice?.(`Continuing the export of ${journal.startedAt.toISOString()}, which has ${rows} subscriptions.`);
  }
}

function progressOf(journal: ExportJournal, requests: number): StripeExportProgress {
  const windows = [...journal.windows.values()];
  const rows = sum(windows, (window) => window.rows);
  return { rows, expected: rows + Math.round(sum(windows, (window) => window.expected)), requests };
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}
