/**
 * Makes the sample: both sides' exports of one incident, their sidecars and the known answer.
 *
 *     npx tsx data/make-sample.ts           writes the files beside this script
 *     npx tsx data/make-sample.ts --check   writes nothing; exits 1 where a committed file differs
 *
 * The same files come out, byte for byte, on every run and every machine.
 */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answer } from "./sample/answer";
import { iso } from "./sample/calendar";
import { printDatabaseCsv } from "./sample/database-copy";
import { ACCOUNT_ID } from "./sample/ids";
import { liveAndExport } from "./sample/incident";
import { printDashboardCsv } from "./sample/stripe-dashboard";
import { printPages } from "./sample/stripe-list";
import { DATABASE_SNAPSHOT, STRIPE_FINISHED, STRIPE_STARTED } from "./sample/world";

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** All files of the sample, their text by their name. */
function makeSample(): ReadonlyMap<string, string> {
  const { listed, rows } = liveAndExport();
  const files = new Map([
    ["stripe_subscriptions.json", printPages(listed)],
    ["stripe_subscriptions.csv", printDashboardCsv(listed)],
    ["db_subscriptions.csv", printDatabaseCsv([...rows.values()])],
    ["answer.json", json(answer(listed, rows))],
  ]);
  const sidecar = (name: string, head: object, times: object, count: number): void => {
    const text = files.get(name) ?? "";
    files.set(
      `${name}.meta.json`,
      json({ schema_version: 1, ...head, ...times, rows: count, complete: true, sha256: sha256(text) }),
    );
  };
  const stripe = { side: "stripe", account_id: ACCOUNT_ID, livemode: true };
  const listTimes = { started_at: iso(STRIPE_STARTED), finished_at: iso(STRIPE_FINISHED) };
  const snapshotTimes = {
    snapshot_at: iso(DATABASE_SNAPSHOT),
    started_at: iso(DATABASE_SNAPSHOT),
    finished_at: iso(DATABASE_SNAPSHOT + 2),
  };
  sidecar("stripe_subscriptions.json", { ...stripe, api_version: "2026-10-28.endive" }, listTimes, listed.length);
  sidecar("stripe_subscriptions.csv", stripe, listTimes, listed.length);
  sidecar("db_subscriptions.csv", { side: "database", server_version: "17.6" }, snapshotTimes, rows.size);
  return files;
}

const isCheck = process.argv.includes("--check");
for (const [name, text] of makeSample()) {
  const path = join(__dirname, name);
  if (!isCheck) {
    writeFileSync(path, text);
  } else if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
    console.error(
      `${path} is not what make-sample.ts makes: run \`npx tsx data/make-sample.ts\` and commit the result`,
    );
    process.exitCode = 1;
  }
}
