import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { openHistory } from "../../src/monitor/history";
import { addToJournal, openJournal } from "../../src/repair/journal";
import { simulateWeek } from "./simulate-week";

/** What is written above a page on it. */
export const SIMULATED = "A simulated week, to show this page: none of these runs, and no repair, ever took place";

/**
 * Puts a simulated week on record as real runs are: in the history and in the journal of a database that holds nothing else.
 *
 * @param folder - of the reports
 */
export async function recordWeek(databaseUrl: string, folder: string, end: Date): Promise<void> {
  const week = simulateWeek(end, (runId) => join(folder, runId));
  const history = await openHistory({ databaseUrl, reports: folder, toWrite: true });
  try {
    for (const run of week.runs) await history.append(run);
    await history.addEvent(week.acceptance);
  } finally {
    await history.close();
  }
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await openJournal(client);
    await client.query("BEGIN");
    for (const { at, entry } of week.repair) await addToJournal(client, [entry], at);
    await client.query("COMMIT");
  } finally {
    await client.end();
  }
  const report = join(folder, week.detectedBy);
  await mkdir(report, { recursive: true });
  await writeFile(join(report, "findings.json"), `${JSON.stringify(week.findings, null, 2)}\n`);
}
