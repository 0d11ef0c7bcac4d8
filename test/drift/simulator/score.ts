/**
 * Scores the drift analysis on simulated incidents and prints a table.
 *
 *     npx tsx test/drift/simulator/score.ts --causes missed_webhooks,price_unmapped --seeds 5 --sizes 30,300 --noise 0,10
 *
 * `--causes` takes `all`, `none` (noise alone) and two at once (`a+b`); `--sizes` takes `any`; `--seeds` a count or a span (`11-20`);
 * `--subscriptions` the size of the worlds; `--keep` a folder in which the exports and results stay.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CAUSE_CODES, type CauseCode } from "../../../src/drift/cause-codes";
import type { Findings } from "../../../src/drift/findings";
import { describeMiss, judge, type Result, tally } from "./score-tally";
import { type Incident, simulateIncident } from "./simulate-incident";
import { reconcileIncident } from "./write-incident";

const { values } = parseArgs({
  options: {
    causes: { type: "string", default: "all,none" },
    seeds: { type: "string", default: "5" },
    sizes: { type: "string", default: "30,300" },
    noise: { type: "string", default: "10" },
    subscriptions: { type: "string", default: "3000" },
    keep: { type: "string" },
  },
});

function codesOf(name: string): CauseCode[] {
  if (name === "none") return [];
  return name.split("+").map((part) => {
    const code = CAUSE_CODES.find((each) => each === part);
    if (code === undefined) throw new Error(`--causes: there is no cause "${part}"; one of ${CAUSE_CODES.join(", ")}`);
    return code;
  });
}

function seedsOf(text: string): number[] {
  const [low = 1, high] = text.split("-").map(Number);
  const [from, to] = high === undefined ? [1, low] : [low, high];
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

async function analyze(incident: Incident, directory: string): Promise<Findings> {
  const { directory: discrepancies } = await reconcileIncident(incident, directory);
  const { analyzeDrift } = await import("../../../src/drift/analyze-drift");
  return (await analyzeDrift({ discrepancies, out: join(directory, "drift") })).findings;
}

/** Every run, those of one seed together: they share a world. */
function* runs(): Generator<Pick<Result, "causes" | "size" | "noise" | "seed">> {
  const names = values.causes.split(",").flatMap((name) => (name === "all" ? [...CAUSE_CODES] : [name]));
  const sizes = values.sizes.split(",").map((size) => (size === "any" ? Number.NaN : Number(size)));
  const noises = values.noise.split(",").map(Number);
  for (const seed of seedsOf(values.seeds)) {
    for (const causes of names) {
      for (const size of causes === "none" ? [Number.NaN] : sizes) {
        for (const noise of noises) yield { causes, size, noise, seed };
      }
    }
  }
}

async function main(): Promise<void> {
  const root = values.keep ?? mkdtempSync(join(tmpdir(), "drift-score-"));
  const groups = new Map<string, Result[]>();
  const lines: string[] = [];
  for (const run of runs()) {
    const { causes, size, noise, seed } = run;
    const incident = simulateIncident({
      seed,
      noise,
      causes: codesOf(causes),
      subscriptions: Number(values.subscriptions),
      ...(Number.isNaN(size) ? {} : { size }),
    });
    const directory = join(root, `${causes}-${size}-${noise}-${seed}`);
    try {
      const result = judge(incident, await analyze(incident, directory), run);
      const group = `${causes} ${size} ${noise}`;
      groups.set(group, [...(groups.get(group) ?? []), result]);
      if (!result.isFirst || !result.isAmong) lines.push(describeMiss(result));
    } catch (error) {
      lines.push(`${causes} (seed ${seed}, size ${size}, noise ${noise}) failed: ${(error as Error).message}`);
    }
    if (values.keep === undefined) rmSync(directory, { recursive: true, force: true });
    process.stderr.write(".");
  }
  process.stderr.write("\n");
  console.table([...groups.values()].map(tally));
  for (const line of lines.sort()) console.log(line);
  if (values.keep === undefined) rmSync(root, { recursive: true, force: true });
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 2;
});
