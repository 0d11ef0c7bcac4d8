import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyzeDrift } from "../../src/drift/analyze-drift";
import { CAUSE_CODES, type CauseCode } from "../../src/drift/cause-codes";
import { describeMiss, judge, type Result } from "./simulator/score-tally";
import { simulateIncident } from "./simulator/simulate-incident";
import { reconcileIncident } from "./simulator/write-incident";

/** Seeds the analysis was not made on. */
const SEEDS = [2001, 2002];
const SIZES = [30, 300];
const NOISE_SEEDS = Array.from({ length: 25 }, (_, index) => 3001 + index);
const SUBSCRIPTIONS = 2000;

/** In the exports a restored database and an endpoint that lost every event look alike; both are to be listed then. */
const ALIKE: readonly CauseCode[] = ["missed_webhooks", "restored_database"];

async function run(causes: readonly CauseCode[], seed: number, size: number | null, noise: number): Promise<Result> {
  const incident = simulateIncident({
    seed,
    causes,
    subscriptions: SUBSCRIPTIONS,
    noise,
    ...(size === null ? {} : { size }),
  });
  const directory = mkdtempSync(join(tmpdir(), "calibration-"));
  try {
    const { directory: discrepancies } = await reconcileIncident(incident, directory);
    const { findings } = await analyzeDrift({ discrepancies, out: join(directory, "drift") });
    return judge(incident, findings, { causes: causes.join("+") || "none", seed, size: size ?? Number.NaN, noise });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function isRight({ causes, isFirst, named }: Result): boolean {
  if (isFirst) return true;
  return ALIKE.includes(causes as CauseCode) && ALIKE.every((code) => named.some((cause) => cause.code === code));
}

/** How often the first cause was right, by how sure it was. */
function calibration(results: readonly Result[]): { confidence: string; incidents: number; right: string }[] {
  return [
    [0.5, 0.7],
    [0.7, 0.9],
    [0.9, 0.97],
    [0.97, 1.01],
  ].map(([low = 0, high = 1]) => {
    const own = results.filter(
      ({ named: [first] }) => first !== undefined && first.confidence >= low && first.confidence < high,
    );
    const right = own.filter(isRight).length;
    return {
      confidence: `${low} to ${Math.min(1, high)}`,
      incidents: own.length,
      right: own.length === 0 ? "" : (right / own.length).toFixed(2),
    };
  });
}

describe("the causes named on simulated incidents", () => {
  it("are right, dated, and as sure as they say", { timeout: 600_000 }, async () => {
    const results: Result[] = [];
    for (const seed of SEEDS) {
      for (const code of CAUSE_CODES) for (const size of SIZES) results.push(await run([code], seed, size, 8));
    }
    const table = calibration(results);
    console.log("Confidence against how often it was right:");
    console.table(table);
    const misses = results.filter((result) => !isRight(result));
    for (const miss of misses) console.log(describeMiss(miss));
    expect(misses.length, "misses").toBeLessThanOrEqual(0.05 * results.length);

    const dated = results.filter(({ causes }) =>
      ["missed_webhooks", "webhook_secret_rotated", "restored_database"].includes(causes),
    );
    const hours = dated.flatMap(({ hoursOff }) => (hoursOff === null ? [] : [hoursOff])).sort((a, b) => a - b);
    console.log(
      `Onset of bursts and steps: median ${hours[Math.floor(hours.length / 2)]?.toFixed(1)} h off (${hours.length} incidents).`,
    );
    expect(hours[Math.floor(hours.length / 2)]).toBeLessThan(6);

    const sure = results.filter(({ named: [first] }) => (first?.confidence ?? 0) >= 0.9);
    expect(sure.length).toBeGreaterThan(results.length / 2);
    expect(sure.filter(isRight).length / sure.length).toBeGreaterThanOrEqual(0.9);
  });

  it("are none where there is only noise", { timeout: 300_000 }, async () => {
    const results: Result[] = [];
    for (const seed of NOISE_SEEDS) results.push(await run([], seed, null, seed % 3 === 0 ? 60 : 10));
    const named = results.filter((result) => result.named.length > 0);
    for (const miss of named) console.log(describeMiss(miss));
    expect(named).toEqual([]);
  });

  it("are both named when two are at work at once", { timeout: 300_000 }, async () => {
    const pairs: readonly (readonly CauseCode[])[] = [
      ["missed_webhooks", "deletion_unhandled"],
      ["missed_webhooks", "metadata_updates_unhandled"],
      ["timezone_shift", "deletion_unhandled"],
      ["webhook_secret_rotated", "trial_end_untracked"],
    ];
    const results: Result[] = [];
    for (const pair of pairs) for (const seed of SEEDS) results.push(await run(pair, seed, 200, 8));
    const misses = results.filter(({ isAmong }) => !isAmong);
    for (const miss of misses) console.log(describeMiss(miss));
    expect(misses.length).toBeLessThanOrEqual(1);
  });
});
