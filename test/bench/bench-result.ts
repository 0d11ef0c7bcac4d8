import { spawnSync } from "node:child_process";
import { availableParallelism, cpus, release, totalmem } from "node:os";
import { version as duckdbVersion } from "@duckdb/node-api";
import { type Measured, PROJECT } from "./measure";

/** What part of the suite a result belongs to. */
export type Part = "sizes" | "memory" | "cases" | "start";

/** A command, measured several times, in turn with the floor where there is one. */
export interface BenchResult {
  readonly part: Part;
  /** What was measured, for the table. */
  readonly title: string;
  /** Lines of each export, without the header; null where that says nothing. */
  readonly rows: number | null;
  /** Bytes of both exports. */
  readonly bytes: number | null;
  /** Medians; the ratios are medians of the ratios pair by pair. */
  readonly median: {
    readonly seconds: number;
    readonly cpuSeconds: number;
    readonly floorSeconds: number | null;
    readonly floorCpuSeconds: number | null;
    readonly ratio: number | null;
    readonly cpuRatio: number | null;
  };
  readonly peakMegabytes: number;
  readonly floorPeakMegabytes: number | null;
  /** The highest of all runs. */
  readonly loadBefore: number;
  readonly othersShare: number;
  /** Whether each answer was compared with what was planted, and right. */
  readonly exact: boolean | null;
  /** Seconds a step takes, as the command of median length told, to a tenth. */
  readonly steps: readonly { readonly step: string; readonly seconds: number }[];
  readonly runs: readonly { readonly floor: Run | null; readonly command: Run }[];
}

type Run = Omit<Measured, "stdout" | "stderr">;

/** What was measured on, and of what state of the code. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
  readonly duckdb: string;
  /** Null outside of a checkout. */
  readonly commit: string | null;
}

/** A run of the whole suite, as `--json` writes it. */
export interface BenchReport {
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly pairs: number;
  readonly results: readonly BenchResult[];
}

/** The machine we are on. */
export function thisMachine(): Machine {
  const git = spawnSync("git", ["describe", "--always", "--dirty"], { cwd: PROJECT, encoding: "utf8" });
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    duckdb: duckdbVersion(),
    commit: git.status === 0 ? git.stdout.trim() : null,
  };
}

/** What the runs of one command amount to. */
export function resultOf(
  head: Pick<BenchResult, "part" | "title" | "rows" | "bytes" | "exact">,
  runs: readonly { readonly floor: Measured | null; readonly command: Measured }[],
): BenchResult {
  const commands = runs.map(({ command }) => command);
  const pairs = runs.flatMap(({ floor, command }) => (floor === null ? [] : [{ floor, command }]));
  const floors = pairs.map(({ floor }) => floor);
  const orNull = (values: readonly number[]): number | null => (values.length === 0 ? null : median(values));
  const all = [...commands, ...floors];
  const typical = [...commands].sort((a, b) => a.seconds - b.seconds)[commands.length >> 1];
  return {
    ...head,
    median: {
      seconds: median(commands.map(({ seconds }) => seconds)),
      cpuSeconds: median(commands.map(({ cpuSeconds }) => cpuSeconds)),
      floorSeconds: orNull(floors.map(({ seconds }) => seconds)),
      floorCpuSeconds: orNull(floors.map(({ cpuSeconds }) => cpuSeconds)),
      ratio: orNull(pairs.map(({ floor, command }) => command.seconds / floor.seconds)),
      cpuRatio: orNull(pairs.map(({ floor, command }) => command.cpuSeconds / floor.cpuSeconds)),
    },
    peakMegabytes: Math.max(...commands.map(({ peakMegabytes }) => peakMegabytes)),
    floorPeakMegabytes: floors.length === 0 ? null : Math.max(...floors.map(({ peakMegabytes }) => peakMegabytes)),
    loadBefore: Math.max(...all.map(({ loadBefore }) => loadBefore)),
    othersShare: Math.max(...all.map(({ othersShare }) => othersShare)),
    steps: typical === undefined ? [] : stepsOf(typical),
    runs: runs.map(({ floor, command }) => ({ floor: floor === null ? null : runOf(floor), command: runOf(command) })),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function runOf({ stdout: _, stderr: __, ...run }: Measured): Run {
  return run;
}

/** How long each step took, by the progress on stderr, which tells when it began; what is left is the start and the end of the process. */
function stepsOf({ stderr, seconds }: Measured): BenchResult["steps"] {
  const told = [...stderr.matchAll(/^ *(\d+\.\d) s {2}(.+)$/gm)].map(([, at, step]) => ({
    at: Number(at),
    step: `${step}`,
  }));
  const end = told.at(-1)?.at;
  if (end === undefined) return [];
  const steps = told
    .slice(0, -1)
    .map(({ at, step }, index) => ({ step, seconds: Math.round(10 * ((told[index + 1]?.at ?? at) - at)) / 10 }));
  return [{ step: "Starting and ending", seconds: Math.round(10 * (seconds - end)) / 10 }, ...steps];
}
