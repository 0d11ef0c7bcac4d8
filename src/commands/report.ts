import { Command } from "commander";
import { checkFolder } from "../check-folder";
import type { Audience } from "../monitor/after-run";
import type { RunRecord, Trigger } from "../monitor/run-record";
import type { LiveExporter, ReportRun } from "../notebook/run-report";
import { ReconError } from "../recon-error";
import { reportsFolder } from "../reports-folder";
import { cellProgress } from "./cell-progress";
import { inTurn } from "./in-turn";
import { recordingOf } from "./recording-of";
import { say } from "./say";
import { countsText, endWith } from "./say-summary";
import { checkSides, type SideOptions, withSides } from "./with-sides";
import { audienceOf, type TellingOptions, withTelling } from "./with-telling";

interface Options extends SideOptions, TellingOptions {
  readonly out?: string;
  /** False with `--no-history`. */
  readonly history: boolean;
}

const RECORDED = `
The run is put on record, failed or not, in the database of DATABASE_URL (schema reconciliation) where it may be written,
else in history.ndjson in the folder of reports (RECON_REPORTS). RECON_TRIGGER=cron says that nobody started it by hand.`;

/** `recon report`: both notebooks on two exports, or on both live sides, saved as a bundle. */
export function reportCommand(): Command {
  return withTelling(withSides(new Command("report")))
    .description("run the notebooks on two exports, or on the live sides, and save the whole bundle")
    .option("--out <dir>", "folder of the bundle (default: reports/<run-id>)")
    .option("--no-history", "do not put this run on record")
    .addHelpText("after", RECORDED)
    .action(async (options: Options) => {
      checkSides(options, "recon report");
      if (options.out !== undefined) checkFolder(options.out);
      if (!options.history && (options.metricsTextfile ?? options.notifyCommand ?? options.notifyUrl) !== undefined)
        throw new ReconError("no_history", "--no-history leaves nothing to tell: leave out metrics and hooks, or it.");
      const audience = audienceOf(options);
      const recorded = options.history ? { ...recordingOf(options), onRecord: tellOf(audience) } : undefined;
      const source = options.live === true ? "live" : "files";
      const run = await inTurn(recorded && { ...recorded, source }, (lost) =>
        (source === "live" ? reportLive : reportOnFiles)(options, { ...recorded, lost }),
      );
      const lines = [countsText(run.summary), run.findings.headline, `Report: ${run.html}`, `Cause:  ${run.driftHtml}`];
      process.stdout.write(`${lines.join("\n")}\n`);
      endWith(run.summary);
    });
}

/** Tells others of the run once it is on record. */
function tellOf(audience: Audience): (record: RunRecord) => Promise<void> {
  return async (record) => {
    const { afterRun } = await import("../monitor/after-run");
    const place = { databaseUrl: process.env["DATABASE_URL"], reports: reportsFolder() };
    await afterRun(record, { audience, place, period: null, now: () => new Date(), onNotice: say });
  };
}

/** Where the run is put on record, its name, and when somebody else may do the same, too. */
interface Turn extends Partial<ReturnType<typeof recordingOf>> {
  readonly onRecord?: (record: RunRecord) => Promise<void>;
  readonly lost: AbortSignal;
}

async function reportOnFiles({ stripe, database, ...options }: Options, { lost, ...record }: Turn): Promise<ReportRun> {
  const { runReport } = await import("../notebook/run-report");
  const progress = cellProgress();
  const signal = AbortSignal.any([progress.request.signal, lost]);
  const told = { ...progress.request, onNotice: progress.note, signal };
  // Both are there: the options were checked.
  const exports = { stripe: stripe as string, database: database as string };
  return runReport({ ...options, ...record, ...told, ...exports }).finally(progress.end);
}

async function reportLive(options: Options, { lost, ...record }: Turn): Promise<ReportRun> {
  const { out, config, statementTimeout, grace, tenants, ...choice } = options;
  const { runLiveReport } = await import("../notebook/run-report");
  const progress = cellProgress();
  const signal = AbortSignal.any([progress.request.signal, lost]);
  const sides = { ...choice, statementTimeoutSeconds: statementTimeout, graceSeconds: grace };
  const tell = { onProgress: progress.step, onNotice: progress.note };
  try {
    const settings = { out, config, onNotice: progress.note, ...record, ...progress.request, signal };
    const exporter = tenants === true ? await byTenants(record.recording?.trigger) : undefined;
    return await runLiveReport(settings, { ...sides, ...tell }, exporter);
  } finally {
    progress.end();
    // What is still asked of a side would keep the process alive.
    if (signal.aborted) setImmediate(() => process.exit());
  }
}

/**
 * What has the sides exported and reconciled tenant by tenant. A period of a schedule is the minute in which it is due: two watches on
 * two machines reconcile it once.
 */
async function byTenants(trigger: Trigger | undefined): Promise<LiveExporter> {
  const { exportByTenants } = await import("../monitor/tenants/export-by-tenants");
  const now = new Date();
  if (trigger === "watch" || trigger === "cron") now.setUTCSeconds(0, 0);
  return (options) => exportByTenants({ ...options, period: now });
}
