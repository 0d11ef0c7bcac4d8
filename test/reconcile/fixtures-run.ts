import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { reconcile } from "../../src/reconcile/reconcile";
import type { Summary } from "../../src/reconcile/summary";
import type { Finding } from "./fixtures-sample";

/** A file of a run: its text or bytes, or the path of one that is there. */
export type Given = string | Buffer | { readonly path: string };

/** What to reconcile; files are written to a folder of their own. */
export interface Run {
  readonly stripe: Given;
  readonly database: Given;
  readonly names?: { readonly stripe?: string; readonly database?: string };
  readonly stripeMetadata?: string | Buffer;
  readonly config?: object;
  readonly stripeAsOf?: string;
  readonly databaseAsOf?: string;
  /** Beside the Stripe export. */
  readonly stripeSidecar?: object;
}

/** A row of `discrepancies.csv`. */
export type Row = Readonly<Record<string, string>>;

/** What a run found. */
export interface RunResult {
  readonly summary: Summary;
  readonly rows: readonly Row[];
  /** The rows, as the known answer lists them. */
  readonly findings: readonly Finding[];
  /** `subscription_id kind disposition`, the shortest there is to say. */
  readonly short: readonly string[];
}

const folders: string[] = [];

/** Removes what the runs have written. */
export function removeRuns(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Writes the files, reconciles them for real and reads what came out. */
export async function run(given: Run): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), "formats-test-"));
  folders.push(folder);
  const place = (name: string, content: Given): string => {
    if (typeof content === "object" && "path" in content) return content.path;
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const out = join(folder, "out");
  mkdirSync(out);
  const stripe = place(given.names?.stripe ?? "stripe.txt", given.stripe);
  if (given.stripeSidecar !== undefined) place("stripe.txt.meta.json", JSON.stringify(given.stripeSidecar));
  const { summary } = await reconcile({
    stripe,
    database: place(given.names?.database ?? "database.txt", given.database),
    stripeMetadata: given.stripeMetadata === undefined ? null : place("companion.txt", given.stripeMetadata),
    config: given.config === undefined ? null : place("recon.json", JSON.stringify(given.config)),
    stripeAsOf: given.stripeAsOf ?? "2026-11-02T06:00:41Z",
    databaseAsOf: given.databaseAsOf ?? "2026-11-02T06:03:00Z",
    out,
  });
  const rows = parse(readFileSync(join(out, "discrepancies.csv"), "utf8"), { columns: true }) as Row[];
  const findings = rows.map(
    (row) =>
      ({
        subscription_id: row["subscription_id"],
        kind: row["kind"],
        disposition: row["disposition"],
        reason: row["reason"] === "" ? null : row["reason"],
      }) as Finding,
  );
  const short = findings.map((each) => `${each.subscription_id} ${each.kind} ${each.disposition}`);
  return { summary, rows, findings, short };
}
