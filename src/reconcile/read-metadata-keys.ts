import { existsSync } from "node:fs";
import { join } from "node:path";
import { sqlText } from "../sources/sql-text";
import { openWorkspace } from "../sources/workspace";
import { openEngine } from "./open-engine";

/** The metadata keys that several subscriptions of Stripe's have, by the `population.csv` of a folder; none when it has no such file. */
export async function readMetadataKeys(directory: string): Promise<ReadonlySet<string>> {
  const path = join(directory, "population.csv");
  if (!existsSync(path)) return new Set();
  const workspace = openWorkspace();
  const engine = await openEngine({ temporaryDirectory: workspace.file("spill") });
  try {
    const rows = await engine.rows<{ value: string }>(
      `SELECT DISTINCT value FROM read_csv(${sqlText(path)}, header = true, all_varchar = true) WHERE dimension = 'metadata_key' AND value <> '(rare)'`,
    );
    return new Set(rows.map(({ value }) => value));
  } finally {
    engine.close();
    workspace.close();
  }
}
