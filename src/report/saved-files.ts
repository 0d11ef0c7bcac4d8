import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { tableHtml } from "./table";

const MEANING: Readonly<Record<string, string>> = {
  "discrepancies.csv": "every discrepancy, one row a subscription and kind",
  "discrepancies.parquet": "the same, for tools",
  "population.csv": "how many subscriptions there are and changed per day, for Step 2",
  "summary.json": "verdict, counts and inputs",
  "transitions.csv": "how many rows went from which status in the database to which in Stripe",
  "rejected.csv": "rows that could not be read, with line and reason",
  "findings.json": "onset, concentrations and causes, with every affected id",
};

const OF_RECONCILIATION = Object.keys(MEANING).filter((name) => name !== "findings.json");

/**
 * What a reconciliation saved, and where.
 *
 * @param names the files to list, of another step
 */
export function savedFilesHtml(directory: string, names: readonly string[] = OF_RECONCILIATION): string {
  const rows = readdirSync(directory)
    .filter((name) => names.includes(name))
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
