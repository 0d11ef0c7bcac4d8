import { describe, expect, it } from "vitest";
import { countBuckets } from "../../src/drift/count-buckets";
import type { Affected, Evidence } from "../../src/drift/evidence";
import type { Cell } from "../../src/drift/population";
import { oneAffected } from "./one-affected";

const DAY = 86_400_000;
const START = Date.UTC(2026, 2, 2);

/** Changes of so many subscriptions on each day from the start on. */
function cell(...changed: readonly number[]): Cell {
  return {
    subscriptions: changed.reduce((sum, count) => sum + count, 0),
    changed: new Map(changed.map((count, index) => [START / DAY + index, count])),
  };
}

/** Five of tenant a on the first day, one of tenant b thirty days later. */
const AFFECTED: readonly Affected[] = [
  ...[0, 1, 2, 3, 4].map((hour) => oneAffected(`sub_a${hour}`, { tenant: "a", changedAt: START + hour * 3_600_000 })),
  oneAffected("sub_b", { tenant: "b", changedAt: START + 30 * DAY }),
];

function evidence(affected: readonly Affected[], population: Evidence["population"]): Evidence {
  return { affected, expected: [], population, summary: null, takenAt: START + 40 * DAY };
}

describe("the timeline", () => {
  const population = new Map([
    ["all", new Map([["", cell(40, 60)]])],
    ["tenant_id", new Map([["a", cell(10, 20)]])],
    ["stripe_status", new Map([["canceled", cell(20, 0)]])],
  ]);
  const { bucket, series, by_transition, by_dimension } = countBuckets(evidence(AFFECTED, population));

  it("counts all against everything that changed that day", () => {
    expect(bucket).toBe("day");
    expect(series[0]).toEqual({
      start: "2026-03-02T00:00:00Z",
      by_kind: { status_mismatch: 5 },
      affected: 5,
      changed: 40,
      rate: 5 / 40,
    });
  });

  it("counts a transition against the subscriptions of that status", () => {
    expect(by_transition).toHaveLength(1);
    expect(by_transition[0]).toMatchObject({ from: "canceled", to: "active", count: 6 });
    expect(by_transition[0]?.series[0]).toMatchObject({ affected: 5, changed: 20, rate: 0.25 });
  });

  it("counts a value against the subscriptions that have it, and leaves out values hit less than five times", () => {
    const tenants = by_dimension.filter(({ dimension }) => dimension === "tenant_id");
    expect(tenants.map(({ value }) => value)).toEqual(["a"]);
    expect(tenants[0]?.series).toEqual([{ start: "2026-03-02T00:00:00Z", affected: 5, changed: 10, rate: 0.5 }]);
  });

  it("leaves out a dimension with a single value, and knows no rate without the population", () => {
    const alone = countBuckets(evidence(AFFECTED.slice(0, 5), null));
    expect(alone.by_dimension).toEqual([]);
    expect(alone.bucket).toBe("hour");
    expect(alone.series.map(({ rate }) => rate)).toEqual([null, null, null, null, null]);
  });
});
