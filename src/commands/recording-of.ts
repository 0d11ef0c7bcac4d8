import type { Recording } from "../monitor/record-run";
import { TRIGGERS, type Trigger } from "../monitor/run-record";
import { type ScopeParts, scopeText } from "../monitor/scope-text";
import { ReconError } from "../recon-error";
import { reportsFolder } from "../reports-folder";

/** How a run is put on record: by the environment, RECON_TRIGGER and RECON_RUN_ID are what starts a run on schedule. */
export function recordingOf(
  scope: ScopeParts = {},
  env: NodeJS.ProcessEnv = process.env,
): { readonly recording: Recording; readonly runId: string | undefined } {
  const trigger = env["RECON_TRIGGER"] ?? "by_hand";
  if (!TRIGGERS.includes(trigger as Trigger))
    throw new ReconError(
      "bad_trigger",
      `RECON_TRIGGER is "${trigger}": expected one of ${TRIGGERS.join(", ")}, or leave it out.`,
    );
  const runId = env["RECON_RUN_ID"];
  if (runId !== undefined && !/^\d{8}T\d{6}Z-[0-9a-f]{8}$/.test(runId))
    throw new ReconError("bad_run_id", `RECON_RUN_ID is "${runId}": expected one such as 20261102T060000Z-1a2b3c4d.`);
  return {
    recording: {
      databaseUrl: env["DATABASE_URL"],
      reports: reportsFolder(env),
      trigger: trigger as Trigger,
      scope: scopeText(scope),
    },
    runId,
  };
}
