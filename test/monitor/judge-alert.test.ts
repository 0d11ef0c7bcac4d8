import { describe, expect, it } from "vitest";
import { judgeAlert, type ReasonToTell } from "../../src/monitor/judge-alert";
import { newFindings } from "../../src/monitor/open-findings";
import { FINGERPRINTS_KEPT, type RunRecord } from "../../src/monitor/run-record";
import { fingerprints, type RecordParts, runRecord } from "./records";

const FAILED = { outcome: "failed" } as const;
const MISSED = { outcome: "missed" } as const;
const INCOMPARABLE = { verdict: "incomparable" } as const;

/** So many findings, of which the first ones are accepted. */
function withAccepted(affected: number, accepted: number): RecordParts {
  const all = fingerprints(affected);
  const counts = runRecord({ affected }).accepted as NonNullable<RunRecord["accepted"]>;
  return {
    affected,
    accepted: { ...counts, status_mismatch: accepted },
    fingerprints: { open: all.slice(accepted), accepted: all.slice(0, accepted) },
  };
}

/** As many as before, and other ones. */
function others(affected: number): RecordParts {
  return { affected, fingerprints: { open: fingerprints(2 * affected).slice(affected), accepted: [] } };
}

describe("a run is told of", () => {
  it.each<[string, RecordParts[], ReasonToTell[]]>([
    ["the first one, clean", [{}], []],
    ["the first one, with findings", [{ affected: 3 }], ["new_findings", "grown"]],
    ["the same findings again", [{ affected: 3 }, { affected: 3 }], []],
    ["fewer", [{ affected: 3 }, { affected: 2 }], []],
    ["more", [{ affected: 3 }, { affected: 4 }], ["new_findings", "grown"]],
    ["as many, but others", [{ affected: 3 }, others(3)], ["new_findings"]],
    ["none any more", [{ affected: 3 }, {}], ["resolved"]],
    ["still none", [{ affected: 3 }, {}, {}], []],
    ["back again", [{ affected: 3 }, {}, { affected: 3 }], ["new_findings", "grown"]],
    ["all that is left is accepted", [{ affected: 3 }, withAccepted(3, 3)], ["resolved"]],
    ["some are accepted", [{ affected: 3 }, withAccepted(3, 1)], []],
    ["an acceptance ends", [withAccepted(3, 1), { affected: 3 }], ["new_findings", "grown"]],
    ["a new one beside accepted ones", [withAccepted(3, 3), withAccepted(4, 3)], ["new_findings", "grown"]],
    ["a thousand and one", [{ affected: 1000 }, { affected: 1001 }], ["grown", "escalate"]],
    ["still more than a thousand", [{ affected: 1001 }, { affected: 1001 }], []],
    ["a failure", [{}, FAILED], ["failed"]],
    ["the first run, a failure", [FAILED], ["failed"]],
    ["a failure again", [{}, FAILED, FAILED], []],
    ["a failure again after a missed one", [{}, FAILED, MISSED, FAILED], []],
    ["a missed one", [{}, MISSED], ["missed"]],
    ["exports that cannot be compared", [{}, INCOMPARABLE], ["incomparable"]],
    ["those after a failure", [{}, FAILED, INCOMPARABLE], ["incomparable"]],
    ["a result after a failure", [{}, FAILED, {}], ["runs_again"]],
    ["the same findings after a failure", [{ affected: 3 }, FAILED, { affected: 3 }], ["runs_again"]],
    ["more after a failure", [{ affected: 3 }, FAILED, { affected: 4 }], ["new_findings", "grown", "runs_again"]],
    ["none any more after a failure", [{ affected: 3 }, FAILED, {}], ["resolved", "runs_again"]],
    ["a failure after a result after a failure", [FAILED, {}, FAILED], ["failed"]],
  ])("%s", (_, parts, reasons) => {
    const records = parts.map((each) => runRecord(each));
    expect(judgeAlert(records.at(-1) as RunRecord, records.slice(0, -1)).reasons).toEqual(reasons);
  });
});

describe("new findings among more than are kept", () => {
  const kept = (from: number, to: number): string[] => fingerprints(to).slice(from, from + FINGERPRINTS_KEPT);
  const of = (open: string[]): RunRecord => runRecord({ affected: 5000, fingerprints: { open, accepted: [] } });

  it.each<[string, string[], string[], number]>([
    ["the same ones", kept(0, 5000), kept(0, 5000), 0],
    ["smaller ones went, so others are kept that were there before", kept(0, 5000), kept(10, 5000), 0],
    ["some came", kept(10, 5000), kept(0, 5000), 10],
    ["from few to many", kept(0, 100), kept(0, 5000), 900],
    ["from many to few", kept(0, 5000), kept(0, 100), 0],
  ])("%s", (_, before, now, count) => {
    expect(newFindings(of(now), of(before))).toBe(count);
  });
});
