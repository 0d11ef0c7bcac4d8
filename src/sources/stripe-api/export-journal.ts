import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ReconError } from "../../recon-error";
import { removeFolder } from "../../remove-folder";
import { type Window, windowSchema } from "./window";

/** How long an export may be continued, in hours: its times would else lie too far apart to compare it with anything. */
const HOURS_TO_CONTINUE = 6;

const headSchema = z.object({
  schema_version: z.literal(1),
  /** Of the connection: key, account, address, API version. */
  fingerprint: z.string(),
  test_clocks: z.boolean(),
  started_at: z.iso.datetime(),
});

/** What an export is of; one that was begun for something else is not continued. */
export type ExportHead = Readonly<z.infer<typeof headSchema>>;

/** The state of an export on disk, so that it can be continued wherever it was killed. */
export interface ExportJournal {
  readonly startedAt: Date;
  readonly windows: ReadonlyMap<string, Window>;
  /** Why an export that was begun earlier is not continued; null when there is none, or it is. */
  readonly restarted: string | null;
  /** The file of a window's rows. */
  rowsPath(window: Window): string;
  /** A path for a file that is made and moved away. */
  readonly scratchPath: string;
  /** Records how far windows have got, all at once; the rows they count are to be on disk before. */
  record(windows: readonly Window[]): void;
  /** Ends the writing; all stays, to be continued. */
  close(): void;
  /** Removes all of it; first what would make it be continued. */
  remove(): void;
}

/**
 * Opens the journal of an export, or begins one.
 *
 * A line of it holds one or more windows as they have become; the last word on each counts. A line that was being written, and rows
 * beyond those counted, are dropped: whatever happened, the state is that after some page.
 *
 * @param folder - `<export>.partial`
 * @throws ReconError when it was begun with another key, account or options, or another process is writing it
 */
export function openJournal(folder: string, head: ExportHead): ExportJournal {
  const path = join(folder, "journal.ndjson");
  const rowsPath = ({ name }: Window): string => join(folder, `${name}.ndjson`);
  refuseOtherProcess(folder);
  const begun = existsSync(path) ? readJournal(path) : null;
  if (begun !== null) refuseOtherExport(folder, begun.head, head);
  const restarted = begun === null ? null : whyNotContinued(begun, head, rowsPath);
  const continued = restarted === null ? begun : null;
  if (continued === null) {
    removeFolder(folder);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, `${JSON.stringify(head)}\n`);
  } else {
    truncateSync(path, continued.bytes);
    for (const window of continued.windows.values())
      if (existsSync(rowsPath(window))) truncateSync(rowsPath(window), window.bytes);
  }
  const pidPath = join(folder, "pid");
  writeFileSync(pidPath, String(process.pid));
  const file = openSync(path, "a");
  const windows = new Map(continued?.windows);
  return {
    startedAt: new Date((continued ?? { head }).head.started_at),
    windows,
    restarted,
    rowsPath,
    scratchPath: join(folder, "joined"),
    record: (changed) => {
      writeSync(file, `${JSON.stringify(changed)}\n`);
      for (const window of changed) windows.set(window.name, window);
    },
    close: () => {
      closeSync(file);
      rmSync(pidPath, { force: true });
    },
    remove: () => {
      ftruncateSync(file);
      closeSync(file);
      removeFolder(folder);
    },
  };
}

/** A journal as it stands on disk. */
interface BegunExport {
  readonly head: ExportHead;
  readonly windows: ReadonlyMap<string, Window>;
  /** How long the part is that counts. */
  readonly bytes: number;
}

/** @returns null when there is nothing in it that counts */
function readJournal(path: string): BegunExport | null {
  const bytes = readFileSync(path);
  const whole = bytes.subarray(0, bytes.lastIndexOf("\n") + 1);
  const [first, ...lines] = whole.toString("utf8").split("\n").slice(0, -1);
  try {
    const head = headSchema.parse(JSON.parse(first ?? ""));
    const windows = lines.flatMap((line) => z.array(windowSchema).parse(JSON.parse(line)));
    return { head, windows: new Map(windows.map((window) => [window.name, window])), bytes: whole.length };
  } catch {
    return null;
  }
}

function refuseOtherExport(folder: string, begun: ExportHead, head: ExportHead): void {
  if (begun.fingerprint === head.fingerprint && begun.test_clocks === head.test_clocks) return;
  throw new ReconError(
    "export_begun",
    `${folder}: an export was begun there with another key, account, address or --test-clocks. Continue it with those, remove the folder to begin anew, or give another --out.`,
  );
}

function whyNotContinued(begun: BegunExport, head: ExportHead, rowsPath: (window: Window) => string): string | null {
  const hours = (Date.parse(head.started_at) - Date.parse(begun.head.started_at)) / 3_600_000;
  if (hours > HOURS_TO_CONTINUE) return `it was begun more than ${HOURS_TO_CONTINUE} hours ago`;
  for (const window of begun.windows.values()) {
    const size = statSync(rowsPath(window), { throwIfNoEntry: false })?.size ?? 0;
    if (size < window.bytes) return "a part of it is gone";
  }
  return null;
}

/** Two processes in one folder would spoil each other's rows. */
function refuseOtherProcess(folder: string): void {
  const path = join(folder, "pid");
  const pid = existsSync(path) ? Number(readFileSync(path, "utf8")) : 0;
  if (pid === 0 || pid === process.pid || !isRunning(pid)) return;
  throw new ReconError(
    "export_running",
    `${folder}: process ${pid} is writing an export there. Wait for it, or remove the folder when that process is something else.`,
  );
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
