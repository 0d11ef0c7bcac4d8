import { afterAll, expect, it } from "vitest";
import { openHistory } from "../../src/monitor/history";
import { readLastRuns } from "../../src/monitor/last-run";
import { makeFolder } from "../cli/run-recon";
import { type RecordParts, runRecord } from "./records";

const folder = makeFolder();
afterAll(folder.remove);

const [OLD, MIDDLE, YOUNG] = ["2026-11-01T06:00:00Z", "2026-11-02T06:00:00Z", "2026-11-03T06:00:00Z"];

it.each<[string, RecordParts[], string | null, string | null]>([
  ["none", [], null, null],
  ["the younger of two", [{ started_at: YOUNG }, { started_at: OLD }], YOUNG, YOUNG],
  ["a failure after a report", [{ started_at: OLD }, { started_at: MIDDLE, outcome: "failed" }], MIDDLE, OLD],
  ["one that was missed", [{ started_at: OLD }, { started_at: MIDDLE, outcome: "missed" }], MIDDLE, OLD],
  ["a report after a failure", [{ started_at: MIDDLE, outcome: "failed" }, { started_at: YOUNG }], YOUNG, YOUNG],
  ["a tenant's does not count", [{ started_at: OLD }, { started_at: YOUNG, scope: "tenant_id=a" }], OLD, OLD],
  ["unless there is nothing else", [{ started_at: YOUNG, scope: "tenant_id=a" }], YOUNG, YOUNG],
])("the last runs: %s", async (_, parts, last, lastFinished) => {
  const reports = folder.free("reports");
  const history = await openHistory({ databaseUrl: undefined, reports, toWrite: true });
  for (const each of parts) await history.append(runRecord(each));
  const found = await readLastRuns(undefined, reports);
  expect([found.last?.started_at ?? null, found.lastFinished?.started_at ?? null]).toEqual([last, lastFinished]);
});
