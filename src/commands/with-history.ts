import type { OpenHistory } from "../monitor/history";
import { reportsFolder } from "../reports-folder";
import { say } from "./say";

/** Works with the history of the environment, and closes it after it. */
export async function withHistory<Result>(
  toWrite: boolean,
  work: (history: OpenHistory) => Promise<Result>,
): Promise<Result> {
  const { openHistory } = await import("../monitor/history");
  const history = await openHistory({ databaseUrl: process.env["DATABASE_URL"], reports: reportsFolder(), toWrite });
  if (history.note !== null) say(`Note: ${history.note}`);
  return work(history).finally(history.close);
}

/** What comes from elsewhere is text: it moves no cursor and colors nothing. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, " ");
}
