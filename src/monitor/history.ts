import { join } from "node:path";
import type { Client } from "pg";
import { explainFailure } from "../explain-failure";
import { fileHistory } from "./file-history";
import { historyState, makeHistory, postgresHistory } from "./postgres-history";
import { type RunHistory, selectRuns } from "./run-history";

/** Where a history may be kept. */
export interface HistoryPlace {
  /** `DATABASE_URL`; without one there is only the file. */
  readonly databaseUrl: string | undefined;
  /** Folder of the reports; the file stands in it. */
  readonly reports: string;
  /** Whether something will be added: the tables are made where this user may make them. */
  readonly toWrite: boolean;
}

/** A history that is open. */
export interface OpenHistory extends RunHistory {
  readonly kept: "postgres" | "file";
  /** Why it is not the database's, in a sentence; null when it is, or there is none. */
  readonly note: string | null;
}

/** The name of the history's file, in the folder of the reports. */
export const HISTORY_FILE = "history.ndjson";

/**
 * Opens the history: the database's where this user has the rights to it, else the file's. What went into the file while the database
 * could not be reached is read together with the database's. It never fails for the database's sake.
 */
export async function openHistory({ databaseUrl, reports, toWrite }: HistoryPlace): Promise<OpenHistory> {
  const file = fileHistory(join(reports, HISTORY_FILE));
  const fallBack = (why: string | null): OpenHistory => ({
    ...file,
    kept: "file",
    note: why === null ? null : `The history is kept in ${file.place}, not in the database: ${why}`,
  });
  if ((databaseUrl ?? "").trim() === "") return fallBack(null);
  const { connectDatabase } = await import("../sources/postgres/connect-database");
  let client: Client | null = null;
  try {
    client = await connectDatabase(databaseUrl, { applicationName: "recon history" });
    const why = await whyClosed(client, toWrite);
    if (why === null) return withFile(postgresHistory(client), file);
    await client.end().catch(() => undefined);
    return fallBack(why);
  } catch (error) {
    await client?.end().catch(() => undefined);
    return fallBack(explainFailure(error).message);
  }
}

/** Null where the database's history can be used. */
async function whyClosed(client: Client, toWrite: boolean): Promise<string | null> {
  const state = await historyState(client);
  if (state === "open" || (state === "readable" && !toWrite)) return null;
  if (state === "missing" && !toWrite) return "it has none yet.";
  const todo =
    "for one in the database an administrator runs src/monitor/history.sql once and grants this user what it says at its top.";
  if (state !== "missing") return `user "${client.user}" may not add to it; ${todo}`;
  try {
    await makeHistory(client);
    return null;
  } catch {
    return `user "${client.user}" may not make its tables; ${todo}`;
  }
}

/** The database's history, and with it what the file holds. */
function withFile(database: RunHistory, file: RunHistory): OpenHistory {
  return {
    ...database,
    kept: "postgres",
    note: null,
    read: async (query = {}) => selectRuns([...(await database.read(query)), ...(await file.read(query))], query),
    events: async () => {
      const both = [...(await database.events()), ...(await file.events())];
      return both.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    },
    prune: async (before, who) => (await database.prune(before, who)) + (await file.prune(before, who)),
  };
}
