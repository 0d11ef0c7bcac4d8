import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { makeExports } from "./make-exports";

// npm run bench [-- ROWS …]: how long `recon diff` takes against the floor of reading both files, each pair measured in turn.
const PAIRS = 3;
const project = join(__dirname, "..", "..");
const directory = join(project, ".cache", "bench");

/** One run of a script in a process of its own. */
interface Measured {
  readonly seconds: number;
  readonly peakMegabytes: number;
}

function measure(script: string, args: readonly string[]): Measured {
  const usageFile = join(mkdtempSync(join(tmpdir(), "recon-bench-")), "peak");
  const node = ["--require", join(__dirname, "report-peak.cjs"), "--import", "tsx", script, ...args];
  const started = performance.now();
  const run = spawnSync(process.execPath, node, {
    cwd: project,
    env: { ...process.env, RECON_PEAK_FILE: usageFile },
    encoding: "utf8",
  });
  const seconds = (performance.now() - started) / 1000;
  if (run.status === null || run.status > 1) throw new Error(`${script} ended with ${run.status}: ${run.stderr}`);
  return { seconds, peakMegabytes: Number(readFileSync(usageFile, "utf8")) / 1024 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function bench(): Promise<void> {
  const sizes = process.argv.slice(2).map(Number);
  console.log(
    `Node ${process.versions.node}, ${availableParallelism()} cores; median of ${PAIRS} pairs, each run a process of its own\n`,
  );
  console.log(
    ["rows a side", "floor (s)", "recon diff (s)", "ratio", "peak (MB)"].map((head) => head.padStart(15)).join(""),
  );
  for (const rows of sizes.length > 0 ? sizes : [100_000, 1_000_000]) {
    const { stripe, database } = await makeExports(directory, rows);
    const out = join(directory, "out");
    const pairs = Array.from({ length: PAIRS }, () => ({
      floor: measure(join(__dirname, "read-floor.ts"), [stripe, database]),
      diff: measure(join(project, "src", "cli.ts"), ["diff", "--stripe", stripe, "--database", database, "--out", out]),
    }));
    const cells = [
      rows.toLocaleString("en"),
      median(pairs.map(({ floor }) => floor.seconds)).toFixed(2),
      median(pairs.map(({ diff }) => diff.seconds)).toFixed(2),
      median(pairs.map(({ floor, diff }) => diff.seconds / floor.seconds)).toFixed(2),
      Math.max(...pairs.map(({ diff }) => diff.peakMegabytes)).toFixed(0),
    ];
    console.log(cells.map((cell) => cell.padStart(15)).join(""));
  }
}

void bench();
