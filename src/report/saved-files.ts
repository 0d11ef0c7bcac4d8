import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { tableHtml } from "./table";

const MEANING: Readonly<Record<string, string>> = {
  "discrepancies.csv": "every discrepancy, one row a subscription and kind",
  "discrepancies.parquet": "the same, for tools",
  "population.csv": "how many subscriptions there are and changed per day, for Step 2",
  "summary.json": "verdict, counts and inputs",
  "rejected.csv": "rows that could not be read, with line and reason",
};

/** What a reconciliation saved, and where. */
export function savedFilesHtml(directory: string): string {
  const rows = readdirSync(directory)
    .filter((name) => name in MEANING)
    .sort()
    .map((name) => ({
      file: join(directory, name),
      holds: MEANING[name],
      bytes: statSync(join(directory, name)).size,
    }));
  return tableHtml({
    caption: "Saved",
    columns: [
      { key: "file", title: "File" },
      { key: "holds", title: "Holds" },
      { key: "bytes", title: "Bytes", kind: "number" },
    ],
    rows,
    empty: "Nothing was saved",
  });
}
