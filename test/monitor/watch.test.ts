import { type ChildProcess, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openHistory } from "../../src/monitor/history";
import { holdScope } from "../../src/monitor/hold-scope";
import type { RunRecord } from "../../src/monitor/run-record";
import { makeFolder, runRecon, theMessage } from "../cli/run-recon";
import { databaseKinds } from "../postgres/start-database";
import { KEY, repairWorld, type World } from "../repair/repair-world";
import { startHookServer } from "./hook-server";

const folder = makeFolder();
let world: World;
let env: Record<string, string>;
beforeAll(async () => {
  world = await repairWorld(databaseKinds().at(-1) ?? "pglite");
  env = { STRIPE_API_KEY: KEY, STRIPE_API_BASE: world.standIn.url, DATABASE_URL: world.database.url };
});
afterAll(async () => {
  await world.stop();
  folder.remove();
});

async function recordsIn(reports: string): Promise<RunRecord[]> {
  const history = await openHistory({ databaseUrl: env["DATABASE_URL"], reports, toWrite: false });
  return history.read().finally(history.close);
}

/** Calls back each time that stderr says a text again. */
function onSaid(child: ChildProcess, text: string, act: (time: number) => void): void {
  let [said, times] = ["", 0];
  child.stderr?.on("data", (data) => {
    said += String(data);
    for (let at = said.indexOf(text); at >= 0; at = said.indexOf(text)) {
      said = said.slice(at + text.length);
      act(++times);
    }
  });
}

function kill(parent: number | undefined, signal: string): void {
  const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(parent)], { encoding: "utf8" });
  for (const pid of children.split("\n").filter((line) => /\d/.test(line)))
    try {
      process.kill(Number(pid), signal);
    } catch {
      // That was ps itself.
    }
}

describe("recon watch", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "goes on after a run that is killed, puts missed ones on record, and stops at %s with its run",
    async (signal) => {
      const reports = folder.free("reports");
      await world.client.query("DROP SCHEMA IF EXISTS reconciliation CASCADE");
      // Stripe takes its time, so that a run goes on until something ends it.
      world.standIn.onRequest = ({ path }) =>
        path.startsWith("/v1/subscriptions")
          ? new Promise((resolve) => setTimeout(resolve, 90_000).unref())
          : undefined;
      const args = ["watch", "--live", "--every", "*/3 * * * * *", "--rate", "1000"];
      const answer = await runRecon(args, {
        env: { ...env, RECON_REPORTS: reports },
        whileRunning: (child) =>
          onSaid(child, "Exporting Stripe", (time) => {
            if (time === 1) setTimeout(() => kill(child.pid, "SIGKILL"), 4000);
            if (time === 2) child.kill(signal);
          }),
      }).finally(() => {
        world.standIn.onRequest = undefined;
      });
      expect(answer.status).toBe(signal === "SIGINT" ? 130 : 0);
      expect(answer.stderr).toMatch(/^Watching all, next at \d{4}-/);
      expect(answer.stderr).not.toMatch(/^\s+at .*[:(]/m);
      const records = await recordsIn(reports);
      const failed = records.filter(({ outcome }) => outcome === "failed");
      expect(failed.map(({ message }) => message)).toEqual([
        "It ended by SIGKILL and left no record, as after a crash or when it runs out of memory.",
        "The report was stopped; nothing was written.",
      ]);
      const missed = records.filter(({ outcome }) => outcome === "missed");
      expect(missed.length).toBeGreaterThan(0);
      for (const { message } of missed) expect(message).toMatch(/did not take place: the run of .* still went on/);
      for (const { trigger, scope, source } of records)
        expect([trigger, scope, source]).toEqual(["watch", "all", "live"]);
      expect(JSON.stringify(records) + answer.stderr).not.toContain(KEY);
    },
    120_000,
  );

  it("serves metrics and tells a hook of what it found, and neither says who or holds a secret", async () => {
    const reports = folder.free("reports");
    await world.client.query("DROP SCHEMA IF EXISTS reconciliation CASCADE");
    const hook = await startHookServer();
    const [first, told] = [folder.free("first.txt"), folder.free("told.json")];
    // Once: a run takes longer than a short period.
    const soon = new Date(Date.now() + 20_000);
    const every = `${soon.getUTCSeconds()} ${soon.getUTCMinutes()} ${soon.getUTCHours()} * * *`;
    const args = ["watch", "--live", "--every", every, "--grace", "0", "--rate", "1000", "--metrics-port", "0"];
    const notify = ["--notify-command", `cat > '${told}'`, "--metrics-textfile", first];
    let metrics = "";
    const answer = await runRecon([...args, ...notify], {
      env: {
        ...{ ...env, RECON_REPORTS: reports },
        ...{ RECON_NOTIFY_URL: hook.url, RECON_NOTIFY_SECRET: "a secret of enough characters" },
      },
      whileRunning: (child) => {
        let url = "";
        child.stderr?.on("data", (data) => {
          url ||= /^Metrics: (\S+)$/m.exec(String(data))?.[1] ?? "";
        });
        hook.answers.push(async (response) => {
          metrics = await (await fetch(url)).text();
          response.writeHead(204).end();
          setTimeout(() => child.kill("SIGTERM"), 1500);
        });
      },
    });
    await hook.close();
    expect(answer.status).toBe(0);
    expect(hook.received.length).toBe(1);
    const notification = JSON.parse(hook.received[0]?.body ?? "");
    expect(notification).toMatchObject({ reasons: ["new_findings", "grown"], scope: "all", verdict: "discrepancies" });
    expect(JSON.parse(readFileSync(told, "utf8"))).toEqual(notification);
    const { actionable } = notification.counts.status_mismatch;
    expect(actionable).toBeGreaterThan(0);
    for (const text of [metrics, readFileSync(first, "utf8")]) {
      expect(text).toContain(
        `subscription_mismatch_count{kind="status_mismatch",disposition="actionable",scope="all"} ${actionable}\n`,
      );
      expect(text).toMatch(/^subscription_reconciliation_stripe_calls\{scope="all"\} [1-9]/m);
      expect(text).toContain('subscription_reconciliation_period_seconds{scope="all"} 86400');
    }
    const password = new URL(world.database.url).password;
    const all = metrics + JSON.stringify(notification) + answer.stderr;
    for (const secret of [KEY, password, "its-secret", "a secret of enough"]) expect(all).not.toContain(secret);
    expect(metrics + JSON.stringify(notification)).not.toMatch(/sub_|cus_|tenant_/);
    expect(await recordsIn(reports)).toHaveLength(1);
  }, 300_000);

  it("a run by cron while another one of its scope goes on is put on record as missed", async () => {
    const reports = folder.free("reports");
    await world.client.query("DROP SCHEMA IF EXISTS reconciliation CASCADE");
    const release = await holdScope({
      ...{ databaseUrl: env["DATABASE_URL"], reports, scope: "stripe_account=acct_1 tenant_id=tenant_1" },
      onLost: () => undefined,
    });
    const args = ["report", "--live", "--where", "tenant_id=tenant_1", "--stripe-account", "acct_1"];
    const answer = await runRecon(args, { env: { ...env, RECON_REPORTS: reports, RECON_TRIGGER: "cron" } });
    await release?.();
    expect(theMessage(answer)).toMatch(
      /Another reconciliation of stripe_account=acct_1 tenant_id=tenant_1 was going on/,
    );
    expect(answer.status).toBe(2);
    expect(await recordsIn(reports)).toMatchObject([{ outcome: "missed", trigger: "cron" }]);
  });

  it.each<[string[], Record<string, string>, RegExp]>([
    [["--live"], {}, /--every/],
    [["--live", "--every", ""], {}, /--every/],
    [["--live", "--every", "0 * * * *", "--metrics-port", "web"], {}, /--metrics-port.*expected a port/],
    [["--live", "--every", "0 * * * *", "--metrics-host", "0.0.0.0"], {}, /give --metrics-port with it/],
    [["--live", "--every", "0 * * * *", "--notify-url", "http://x.example.com/"], {}, /expected https/],
    [["--live", "--every", "0 * * * *", "--notify-url", "https://x.example.com/"], {}, /RECON_NOTIFY_SECRET/],
    [["--live", "--every", "hourly"], {}, /--every "hourly": .*Expected a crontab's five fields/],
    [["--every", "0 * * * *"], {}, /recon watch needs --stripe and --database.*or --live/],
    [["--every", "0 * * * *", "--live", "--stripe", "x"], {}, /leave out --stripe/],
    [["--every", "0 * * * *", "--live"], { STRIPE_API_KEY: "" }, /STRIPE_API_KEY is not set/],
    [["--every", "0 * * * *", "--live"], { DATABASE_URL: "" }, /DATABASE_URL is not set/],
    [["--every", "0 * * * *", "--live", "--mode", "test"], {}, /live-mode key/],
  ])("%j is refused with one message", async (args, more, says) => {
    const answer = await runRecon(["watch", ...args], { env: { ...env, ...more, RECON_REPORTS: folder.free("r") } });
    expect(theMessage(answer)).toMatch(says);
    expect(answer.status).toBe(2);
  });
});
