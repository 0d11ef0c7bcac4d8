import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { readSummary, type Summary } from "../reconcile/summary";

/** A reconciliation whose report is kept. */
export interface KeptRun {
  readonly kind: "kept";
  readonly summary: Summary;
  readonly directory: string;
}

/** A reconciliation that ended without a report: when (ISO 8601) and why. */
export interface FailedRun {
  readonly kind: "failed";
  readonly at: string;
  readonly message: string;
}

/** The last reconciliations on record; null where there is none. */
export interface LastRuns {
  readonly last: KeptRun | FailedRun | null;
  readonly lastKept: KeptRun | null;
}

/** `<run-id>.failed.json`: what stands in the folder of reports in place of a report that could not be made. */
export const failedRunSchema = z.object({
  schema_version: z.literal(1),
  run_id: z.string(),
  failed_at: z.iso.datetime(),
  message: z.string(),
});

/**
 * The newest reconciliations of a folder of reports, by the time in their run id.
 *
 * @param reports - such as `reports`; one that is not there holds none
 */
export async function readLastRuns(reports: string): Promise<LastRuns> {
  const names = await readdir(reports).catch(() => []);
  let last: LastRuns["last"] = null;
  for (const name of names
    .filter((each) => /^\d{8}T\d{6}Z-/.test(each))
    .sort()
    .reverse()) {
    const run = await readRun(join(reports, name));
    last ??= run;
    if (run?.kind === "kept") return { last, lastKept: run };
  }
  return { last, lastKept: null };
}

/** Null for a folder without a summary: that run goes on, or was killed. */
async function readRun(path: string): Promise<LastRuns["last"]> {
  if (path.endsWith(".failed.json")) {
    const parsed = failedRunSchema.safeParse(await readJson(path));
    return parsed.success === true ? { kind: "failed", at: parsed.data.failed_at, message: parsed.data.message } : null;
  }
  const summary = await readSummary(join(path, "summary.json")).catch(() => null);
  return summary === null ? null : { kind: "kept", summary, directory: path };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return null;
  }
}
