import type { BenchResult, Machine } from "./bench-result";

/** The columns of the table: head, width, and the cell of a result. */
const COLUMNS: readonly (readonly [head: string, width: number, cell: (result: BenchResult) => string])[] = [
  ["rows a side", 12, ({ rows }) => rows?.toLocaleString("en") ?? ""],
  ["floor s", 9, ({ median }) => fixed(median.floorSeconds, 2)],
  ["s", 8, ({ median }) => fixed(median.seconds, 2)],
  ["ratio", 7, ({ median }) => fixed(median.ratio, 2)],
  ["floor CPU", 11, ({ median }) => fixed(median.floorCpuSeconds, 2)],
  ["CPU s", 8, ({ median }) => fixed(median.cpuSeconds, 2)],
  ["ratio", 7, ({ median }) => fixed(median.cpuRatio, 2)],
  ["peak MB", 9, ({ peakMegabytes }) => fixed(peakMegabytes, 0)],
  ["load", 7, ({ loadBefore }) => fixed(loadBefore, 1)],
  ["others", 8, ({ othersShare }) => `${fixed(100 * othersShare, 0)} %`],
  ["exact", 7, ({ exact }) => (exact === null ? "" : exact ? "yes" : "NO")],
];
const TITLE_WIDTH = 38;

/** What the table is of, and its heads. */
export function tableHead(machine: Machine, pairs: number): string {
  const { cores, processor, memoryGigabytes, node, duckdb, commit } = machine;
  return `${cores} cores (${processor}), ${memoryGigabytes} GB; Node ${node}, DuckDB ${duckdb}; code ${commit ?? "of no commit"}
Median of ${pairs}, each run a process of its own, the floor and the command in turn; of peak, load and others the highest.

${"".padEnd(TITLE_WIDTH)}${COLUMNS.map(([head, width]) => head.padStart(width)).join("")}`;
}

/** A result as a line of the table. */
export function tableRow(result: BenchResult): string {
  return result.title.padEnd(TITLE_WIDTH) + COLUMNS.map(([, width, cell]) => cell(result).padStart(width)).join("");
}

/** Where the time goes, as the command told it. */
export function stepsText({ rows, steps }: BenchResult): string {
  const lines = steps.map(({ step, seconds }) => `  ${seconds.toFixed(1).padStart(6)} s  ${step}`);
  return [`Steps of recon diff at ${rows?.toLocaleString("en")} rows a side:`, ...lines].join("\n");
}

/** Others may have a tenth of the cores before their work shows in the figures. */
const NOISY_SHARE = 0.1;

/** What to think of the figures: whether the machine was ours while they were taken. */
export function noiseText(results: readonly BenchResult[]): string {
  const most = Math.max(0, ...results.map(({ othersShare }) => othersShare));
  const share = `${fixed(100 * most, 0)} % of the cores`;
  return most > NOISY_SHARE
    ? `Noisy: other processes had up to ${share} meanwhile. CPU seconds and ratios tell more than seconds do; measure again when the machine is quiet.`
    : `Quiet: other processes had at most ${share} meanwhile.`;
}

function fixed(value: number | null, digits: number): string {
  return value === null ? "" : value.toFixed(digits);
}
