import { Command } from "commander";
import type { RunRecord } from "../monitor/run-record";
import { operatorName } from "../repair/operator-name";
import { given, positiveNumber, timeSpan } from "./option-values";
import { say } from "./say";
import { plain, withHistory } from "./with-history";

interface Options {
  readonly last: number;
  readonly scope?: string;
  readonly json?: true;
}

/** `recon history`: the reconciliations on record. */
export function historyCommand(): Command {
  return new Command("history")
    .description("list the reconciliations on record, the newest last")
    .option("--last <number>", "how many", positiveNumber, 20)
    .option("--scope <scope>", "only those of this scope: all, or such as tenant_id=tenant_001", given)
    .option("--json", "print the records as JSON lines")
    .addHelpText("after", PLACE)
    .action(async ({ last, scope, json }: Options) => {
      const records = await withHistory(false, (history) => history.read({ scope, newest: Math.ceil(last) }));
      const line = json ? (record: RunRecord) => JSON.stringify(record) : recordText;
      if (records.length === 0) say("No reconciliation is on record here.");
      for (const record of records) process.stdout.write(`${line(record)}\n`);
    })
    .addCommand(pruneCommand());
}

const PLACE = `
The history is that of DATABASE_URL (schema reconciliation), together with history.ndjson in the folder of reports (RECON_REPORTS).`;

function pruneCommand(): Command {
  return new Command("prune")
    .description("remove old records; that it was done, by whom and up to when stays on record")
    .requiredOption("--older-than <time>", "such as 400d or 52w", timeSpan)
    .option("--who <name>", "who does it (default: RECON_OPERATOR, else the user of the machine)", given)
    .addHelpText("after", PLACE)
    .action(async ({ olderThan, who = operatorName() }: { olderThan: number; who?: string }) => {
      const before = new Date(Date.now() - olderThan);
      const [runs, place] = await withHistory(true, async (history) => [
        await history.prune(before, who),
        history.place,
      ]);
      say(`${runs} records from before ${before.toISOString().slice(0, 10)} removed: ${place}`);
    });
}

/** A record in one line, for a terminal. */
function recordText(record: RunRecord): string {
  const { started_at, outcome, verdict, trigger, scope, affected_subscriptions: affected, message, report } = record;
  const what = outcome === "finished" ? `${verdict}, ${affected} affected` : outcome;
  const more = outcome === "finished" ? (report ?? "") : (message ?? "");
  const start = started_at.slice(0, 16).replace("T", " ");
  return `${start}  ${trigger.padEnd(7)}  ${what.padEnd(28)}  ${plain(`${scope}  ${more}`)}`;
}
