import { describe, expect, it } from "vitest";
import { fingerprintOf } from "../../../src/monitor/fingerprint";
import { acceptedDrift } from "../../../src/monitor/health/accepted-drift";
import { durationText } from "../../../src/monitor/health/duration-text";
import { type Health, type HealthSources, healthOf } from "../../../src/monitor/health/health";
import { findIncidents } from "../../../src/monitor/health/incidents";
import { mismatchSeries } from "../../../src/monitor/health/mismatch-series";
import { repeatOffenders } from "../../../src/monitor/health/repeat-offenders";
import type { Acceptance } from "../../../src/monitor/history-event";
import { FINGERPRINTS_KEPT, type RunRecord } from "../../../src/monitor/run-record";
import { fingerprints, runRecord } from "../records";
import { at, repair, runsOf } from "./hourly-runs";

function health(parts: Omit<Partial<HealthSources>, "now"> & { runs: readonly RunRecord[]; now: string }): Health {
  return healthOf({
    ...{ events: [], repairs: [], scope: null, place: "The history: a test's.", notes: [] },
    since: new Date(at(0)),
    ...parts,
    now: new Date(parts.now),
  });
}

describe("the verdict", () => {
  const first = repair(4, { verifications: [] });
  it.each([
    ["nothing on record", "", at(5), {}, "warn", /^No reconciliation is on record/],
    ["all well", "0 0 0 0", at(3, 10), {}, "good", /^Healthy/],
    ["one discrepancy", "0 0 0 1", at(3, 10), {}, "warn", /^1 discrepancy open$/],
    ["ten, as many as raise no alert", "0 0 0 10", at(3, 10), {}, "warn", /^10 discrepancies open$/],
    ["eleven, which do", "0 0 0 11", at(3, 10), {}, "bad", /^11 discrepancies open$/],
    ["what is accepted", "0 0 0 a11", at(3, 10), {}, "good", /^Healthy/],
    ["the last one failed", "0 0 0 0 -", at(4, 10), {}, "warn", /^The last run brought no result/],
    ["two in a row failed", "0 0 0 0 - -", at(5, 10), {}, "bad", /^Reconciliations fail/],
    ["none comes any more", "0 0 0 0", at(9), {}, "bad", /^Reconciliations no longer run/],
    ["the gravest comes first", "0 0 0 3", at(9), {}, "bad", /^Reconciliations no longer run/],
    ["a verification was missed", "0 0 0 0 5 0", at(5, 10), { repairs: [first] }, "warn", /^A verification was missed/],
    ["something could not be read", "0 0 0 0", at(3, 10), { notes: ["It is closed."] }, "warn", /^Not everything/],
  ] as const)("%s", (_, words, now, more, tone, title) => {
    const { verdict } = health({ runs: words === "" ? [] : runsOf(words), now, ...more });
    expect(verdict.title).toMatch(title);
    expect(verdict.tone).toBe(tone);
  });

  it("says that a repair does not hold while it still differs", () => {
    const runs = runsOf("0 0 0 5 5 5");
    const { verdict } = health({ runs, repairs: [repair(4)], now: at(5, 10) });
    expect(verdict.tone).toBe("bad");
    expect(verdict.reasons.map(({ title }) => title)).toEqual(
      expect.arrayContaining(["The repair does not hold", "5 discrepancies open"]),
    );
    expect(verdict.reasons.map(({ says }) => says).join()).not.toMatch(/plan the repair/);
  });

  it("says to escalate above 1,000 subscriptions", () => {
    const { verdict } = health({ runs: runsOf("0 0 0 1001"), now: at(3, 10) });
    expect(verdict.reasons[0]?.says).toMatch(/Escalate/);
  });

  it("is that of all, and tells of another scope only what it knows of today", () => {
    const all = runsOf("0 0 0 0");
    const recent = runRecord({ started_at: at(3), scope: "tenant_id=b", affected: 4 });
    const old = runRecord({ started_at: at(-80), scope: "tenant_id=c", affected: 9 });
    const { verdict, otherScopes, incidents } = health({ runs: [old, ...all, recent], now: at(3, 10) });
    expect(verdict.reasons.map(({ says }) => says)).toEqual([expect.stringContaining("tenant_id=b (4)")]);
    expect(verdict.reasons[0]?.says).not.toContain("tenant_id=c");
    expect(otherScopes.map(({ scope }) => scope)).toEqual(["tenant_id=b", "tenant_id=c"]);
    expect(incidents).toEqual([]);
  });

  it("does not take exports compared by hand for what is live", () => {
    const byHand = runRecord({ started_at: at(3, 5), source: "files", trigger: "by_hand", affected: 179 });
    const { verdict, incidents, otherScopes } = health({ runs: [...runsOf("0 0 0 0"), byHand], now: at(30) });
    expect(verdict.title).toMatch(/no longer run/);
    expect(incidents).toEqual([]);
    expect(otherScopes.map(({ scope }) => scope)).toEqual(["all, from files"]);
  });

  it("is that of exported files where nothing is read live", () => {
    expect(health({ runs: runsOf("0 0 0 20", { source: "files" }), now: at(3, 10) }).verdict.tone).toBe("bad");
  });

  it("is that of every scope where all is not one of them", () => {
    const runs = [...runsOf("0 0 0 6", { scope: "tenant_id=a" }), ...runsOf("0 0 0 7", { scope: "tenant_id=b" })];
    runs.sort((a, b) => a.started_at.localeCompare(b.started_at));
    expect(health({ runs, now: at(3, 10) }).verdict.title).toBe("13 discrepancies open in 2 scopes");
    expect(health({ runs, now: at(3, 10), scope: "tenant_id=a" }).verdict.title).toBe("6 discrepancies open");
  });
});

describe("mismatches over time", () => {
  it("are those of each run, and gaps where there was no result", () => {
    const { unit, points, gaps } = mismatchSeries(runsOf("0 5 - a3 ?"));
    expect(unit).toBe("run");
    expect(points.map(({ at: time, total, accepted }) => [time, total, accepted])).toEqual([
      [at(0), 0, 0],
      [at(1), 5, 0],
      [at(3), 0, 3],
    ]);
    expect(gaps).toEqual([at(2), at(4)]);
  });

  it("of several scopes are what was known of each", () => {
    const [a0, a1] = runsOf("2 3", { scope: "a" });
    const [b0] = runsOf("10", { scope: "b", started_at: at(0, 30) });
    const { points } = mismatchSeries([a0, b0, a1].flatMap((run) => run ?? []));
    expect(points.map(({ total }) => total)).toEqual([2, 12, 13]);
  });

  it("of very many runs are the worst moment of each day", () => {
    const { unit, points } = mismatchSeries(
      runsOf(Array.from({ length: 401 }, (_, hour) => (hour === 30 ? 7 : 0)).join(" ")),
    );
    expect(unit).toBe("day");
    expect(points).toHaveLength(17);
    expect(points.map(({ total }) => total).indexOf(7)).toBe(1);
  });
});

it("repeat offenders count once an incident, a doubtful cause not at all", () => {
  const found = (hour: number, tenants: readonly [string | null, number][], confidence: number): RunRecord =>
    runRecord({
      started_at: at(hour),
      affected: 5,
      by_tenant: tenants.map(([tenant, actionable]) => ({ tenant, actionable })),
      causes: [{ code: "missed_webhooks", confidence, subscriptions: 5 }],
    });
  const clean = (hour: number): RunRecord => runRecord({ started_at: at(hour) });
  const runs = [
    found(
      0,
      [
        ["a", 3],
        ["b", 2],
      ],
      0.9,
    ),
    found(
      1,
      [
        ["a", 4],
        [null, 9],
      ],
      0.9,
    ),
    clean(2),
    found(3, [["a", 1]], 0.49),
    clean(4),
  ];
  expect(
    repeatOffenders(findIncidents(runs, [])).map(({ what, name, incidents, most }) => [what, name, incidents, most]),
  ).toEqual([
    ["tenant", "a", 2, 4],
    ["cause", "missed_webhooks", 1, 5],
    ["tenant", "b", 1, 2],
  ]);
});

describe("accepted drift", () => {
  const accept = (hour: number, until: string, ids: readonly string[]): Acceptance => ({
    event: "accepted",
    at: at(hour),
    who: `of ${hour}`,
    why: "it has to be",
    until,
    run_id: "run",
    discrepancies: ids.map((subscription_id) => ({ subscription_id, kind: "status_mismatch" })),
  });
  const last = runRecord({
    fingerprints: { open: [fingerprintOf("c", "status_mismatch")], accepted: [fingerprintOf("a", "status_mismatch")] },
  });
  const seen = (events: readonly Acceptance[], runs: readonly RunRecord[] = [last]) =>
    acceptedDrift(events, runs, new Date(at(10))).map(({ who, state, discrepancies, stillThere }) => [
      who,
      state,
      discrepancies,
      stillThere,
    ]);
  it.each([
    ["one that holds", [accept(0, at(20), ["a", "b"])], [["of 0", "open", 2, 1]]],
    ["one that ended, and is still there", [accept(0, at(9), ["c"])], [["of 0", "expired", 1, 1]]],
    ["one that ends now has ended", [accept(0, at(10), ["b"])], [["of 0", "expired", 1, 0]]],
    [
      "the newest decides",
      [accept(0, at(9), ["a", "b"]), accept(1, at(20), ["a"])],
      [
        ["of 1", "open", 1, 1],
        ["of 0", "expired", 1, 0],
      ],
    ],
    ["what was taken back is gone", [accept(0, at(20), ["a"]), accept(1, at(1), ["a"])], []],
    [
      "the next to end first",
      [accept(0, at(30), ["a"]), accept(1, at(20), ["b"])],
      [
        ["of 1", "open", 1, 0],
        ["of 0", "open", 1, 1],
      ],
    ],
  ] as const)("%s", (_, events, expected) => {
    expect(seen(events)).toEqual(expected);
  });

  it("does not claim that it is gone where a record does not hold everything", () => {
    const full = runRecord({ fingerprints: { open: fingerprints(FINGERPRINTS_KEPT), accepted: [] } });
    expect(seen([accept(0, at(20), ["a"])], [full])).toEqual([["of 0", "open", 1, null]]);
  });
});

it.each([
  [0, "0 s"],
  [45_000, "45 s"],
  [60_000, "1 min"],
  [59.6 * 60_000, "1 h"],
  [160 * 60_000, "2 h 40 min"],
  [47 * 3_600_000, "47 h"],
  [48 * 3_600_000, "2 days"],
  [76 * 3_600_000, "3 days 4 h"],
  [20.4 * 24 * 3_600_000, "20 days"],
])("%d ms are %s", (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});
