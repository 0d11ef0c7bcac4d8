import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it, vi } from "vitest";
import { openHistory } from "../../src/monitor/history";
import { readSchedule } from "../../src/monitor/schedule";
import { watchScope } from "../../src/monitor/watch-scope";
import { makeFolder } from "../cli/run-recon";
import { runRecord } from "./records";

const folder = makeFolder();
afterAll(folder.remove);

it("a watch does not wait for a hook that hangs, and tells of its runs in their order", async () => {
  const recording = {
    databaseUrl: undefined,
    reports: folder.free("reports"),
    trigger: "watch",
    scope: "all",
  } as const;
  const stop = new AbortController();
  const [ran, told]: [string[], string[]] = [[], []];
  let goOn = (): void => undefined;
  const hang = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const watched = watchScope({
    ...{ recording, source: "live", now: () => new Date(), onNotice: () => undefined, signal: stop.signal },
    schedule: readSchedule("* * * * * *", new Date()),
    sleep: (milliseconds) => sleep(milliseconds, undefined, { signal: stop.signal }).catch(() => undefined),
    reconcile: async (run_id) => {
      ran.push(run_id);
      const history = await openHistory({ ...recording, toWrite: true });
      await history.append(runRecord({ run_id, started_at: new Date().toISOString() }));
      return "well";
    },
    onRecord: async ({ run_id, outcome }) => {
      await hang;
      if (outcome === "finished") told.push(run_id);
    },
  });
  await vi.waitFor(() => expect(ran.length).toBeGreaterThan(2), { timeout: 60_000 });
  expect(told).toEqual([]);
  goOn();
  stop.abort();
  await watched;
  expect(told).toEqual(ran);
});
