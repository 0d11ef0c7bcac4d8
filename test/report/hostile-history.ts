import { join } from "node:path";
import { Client } from "pg";
import { fileHistory } from "../../src/monitor/file-history";
import { HISTORY_FILE } from "../../src/monitor/history";
import { addToJournal, openJournal } from "../../src/repair/journal";
import { runRecord } from "../monitor/records";
import { HOSTILE } from "./hostile-strings";

const HOUR = 3_600_000;

/**
 * Writes a history, in a folder of reports, and a journal in which every hostile text stands as a tenant, a scope, a message, a path,
 * a run's id, a person and a reason.
 */
export async function writeHostileHistory(folder: string, databaseUrl: string, now: Date): Promise<void> {
  const history = fileHistory(join(folder, HISTORY_FILE));
  const timeOf = (hours: number): string => new Date(now.getTime() + hours * HOUR).toISOString().replace(/\.\d+Z/, "Z");
  const count = HOSTILE.length;
  for (const [n, text] of HOSTILE.entries()) {
    const run_id = `${n} ${text}`;
    // Each second text begins an incident, the next one ends it.
    const drift = { affected: n % 2 === 0 ? 5 : 0, by_tenant: [{ tenant: text, actionable: 5 }] };
    await history.append(runRecord({ run_id, started_at: timeOf(3 * n - 3 * count - 1), report: text, ...drift }));
    const failed = { outcome: "failed", message: text } as const;
    await history.append(runRecord({ run_id: `failed ${run_id}`, started_at: timeOf(3 * n - 3 * count), ...failed }));
    const other = { scope: text, affected: 1, report: text };
    await history.append(runRecord({ run_id: `other ${run_id}`, started_at: timeOf(-1), ...other }));
    await history.addEvent({
      event: "accepted",
      at: timeOf(-n - 1),
      who: text,
      why: text,
      until: timeOf(n % 2 === 0 ? 30 : -0.5),
      run_id,
      discrepancies: [{ subscription_id: text, kind: "status_mismatch" }],
    });
  }
  await addHostileRepairs(databaseUrl, (n) => new Date(timeOf(3 * n - 3 * count)));
}

async function addHostileRepairs(databaseUrl: string, timeOf: (n: number) => Date): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await openJournal(client);
    for (const [n, text] of HOSTILE.entries()) {
      const plan = { report: { run_id: `${n} ${text}` } };
      const entry = { run_id: `repair-${n}`, subscription_id: null } as const;
      await client.query("BEGIN");
      await addToJournal(client, [{ ...entry, kind: "run_started", data: { operator: text, plan } }], timeOf(n));
      await addToJournal(client, [{ ...entry, kind: "run_finished", data: {} }], timeOf(n));
      await client.query("COMMIT");
    }
  } finally {
    await client.end();
  }
}
