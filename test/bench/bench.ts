import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { given, listOf } from "../../src/commands/option-values";
import { BAD_CASES, type BenchCase, PLAIN } from "./bench-case";
import { type BenchResult, type Part, resultOf, thisMachine } from "./bench-result";
import { noiseText, stepsText, tableHead, tableRow } from "./bench-table";
import { checkAnswer } from "./check-answer";
import { drawChart } from "./draw-chart";
import { makeExports } from "./make-exports";
import { type Measured, type MeasureOptions, measure, PROJECT } from "./measure";

const FOLDER = join(PROJECT, ".cache", "bench");
const EXPORTS = join(FOLDER, "exports");
const OUT = join(FOLDER, "out");
const PARTS: readonly Part[] = ["sizes", "memory", "cases", "start"];
/** Both exports were taken long after their newest row, so that no row is in flight. */
const AS_OF = "2026-06-01T12:00:00Z";

interface Options {
  readonly only: readonly Part[];
  readonly sizes: readonly number[];
  readonly cases: readonly BenchCase[];
  readonly casesSize: number;
  readonly memoryLimit: string;
  readonly pairs: number;
  readonly json: string;
  readonly chart?: string;
  readonly clean?: true;
}

/** What `npm run recon` runs, without npm. */
function recon(...args: readonly string[]): string[] {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
  const [, ...script] = (scripts.recon as string).split(" ");
  return [process.execPath, ...script, ...args];
}

async function bench(options: Options): Promise<void> {
  if (options.clean === true) {
    for (const folder of [EXPORTS, OUT]) rmSync(folder, { recursive: true, force: true });
    return;
  }
  const machine = thisMachine();
  const results: BenchResult[] = [];
  const add = (result: BenchResult): void => {
    results.push(result);
    console.log(tableRow(result));
  };
  console.log(tableHead(machine, options.pairs));
  const has = (part: Part): boolean => options.only.includes(part);
  if (has("sizes"))
    for (const rows of options.sizes)
      add(await compare({ part: "sizes", title: `recon diff, ${PLAIN.title}` }, PLAIN, rows, options.pairs));
  if (has("memory")) {
    const title = `RECON_MEMORY_LIMIT=${options.memoryLimit}`;
    const env = { RECON_MEMORY_LIMIT: options.memoryLimit };
    add(await compare({ part: "memory", title }, PLAIN, Math.max(...options.sizes), options.pairs, env));
  }
  if (has("cases"))
    for (const bad of options.cases)
      add(await compare({ part: "cases", title: bad.title }, bad, options.casesSize, options.pairs));
  if (has("start")) for (const result of await start(options.pairs)) add(result);

  const last = results.filter(({ part }) => part === "sizes").at(-1);
  if (last !== undefined) console.log(`\n${stepsText(last)}`);
  console.log(noiseText(results));
  const report = { measuredAt: new Date().toISOString(), machine, pairs: options.pairs, results };
  save(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (options.chart !== undefined) save(options.chart, await drawChart(report));
}

function save(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  console.log(`Written: ${path}`);
}

/** `recon diff` on a pair of exports in turn with the floor; every answer is checked. */
async function compare(
  head: Pick<BenchResult, "part" | "title">,
  bench: BenchCase,
  rows: number,
  pairs: number,
  env: NodeJS.ProcessEnv = {},
): Promise<BenchResult> {
  const exports = await makeExports(EXPORTS, bench, rows);
  const { stripe, database, lines } = exports;
  const floor = (): Measured => {
    const run = measure([process.execPath, join(__dirname, "read-floor.cjs"), stripe, database]);
    if (run.stdout !== `${lines} ${lines}\n`)
      throw new Error(`The floor read ${run.stdout} rows, not ${lines} a side.`);
    return run;
  };
  const asOf = ["--stripe-as-of", AS_OF, "--database-as-of", AS_OF];
  const diff = recon("diff", "--stripe", stripe, "--database", database, "--out", OUT, ...asOf);
  // Both files come into the machine's cache before the first run that counts.
  floor();
  const runs: { floor: Measured; command: Measured }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const before = floor();
    rmSync(OUT, { recursive: true, force: true });
    const command = measure(diff, { env, status: bench.matches ? 1 : 2 });
    await checkAnswer(OUT, bench, exports);
    runs.push({ floor: before, command });
  }
  const bytes = statSync(stripe).size + statSync(database).size;
  return resultOf({ ...head, rows: lines, bytes, exact: true }, runs);
}

/** What has to start before any work is done, and the report on the sample; each once before it counts. */
async function start(times: number): Promise<BenchResult[]> {
  const { stripe, database } = await makeExports(EXPORTS, PLAIN, 10);
  const diff = ["diff", "--stripe", stripe, "--database", database, "--out", OUT];
  const sample = ["--stripe", "data/stripe_subscriptions.json", "--database", "data/db_subscriptions.csv"];
  const commands: readonly (readonly [title: string, command: readonly string[], status: number])[] = [
    ["node alone", [process.execPath, "--eval", "0"], 0],
    ["import of src/index", [process.execPath, join(__dirname, "import-index.cjs")], 0],
    ["recon diff", recon(...diff), 1],
    ["recon diff, as typed: npm run", ["npm", "run", "-s", "recon", "--", ...diff], 1],
    ["recon report on the sample", recon("report", ...sample, "--out", join(OUT, "report")), 1],
  ];
  return commands.map(([title, command, status]) => {
    const options: MeasureOptions = { status };
    measure(command, options);
    const runs = Array.from({ length: times }, () => ({ floor: null, command: measure(command, options) }));
    const rows = command.includes("diff") ? 10 : null;
    return resultOf({ part: "start", title, rows, bytes: null, exact: null }, runs);
  });
}

/** A number of rows such as 10k, 1M or 2500. */
function rowCount(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(text.trim()) ?? [];
  const rows = Number(digits) * (unit === "M" ? 1e6 : unit === "k" ? 1e3 : 1);
  if (!Number.isInteger(rows) || rows < 2) throw new InvalidArgumentError("expected rows such as 10k, 1M or 2500.");
  return rows;
}

/** Numbers of rows joined by commas, from the smallest. */
function rowCounts(text: string): readonly number[] {
  return listOf(text)
    .map(rowCount)
    .sort((a, b) => a - b);
}

/** A parser of names joined by commas, out of those there are. */
function oneOf<Thing>(things: readonly Thing[], nameOf: (thing: Thing) => string): (text: string) => readonly Thing[] {
  return (text) =>
    listOf(text).map((name) => {
      const thing = things.find((each) => nameOf(each) === name);
      if (thing === undefined)
        throw new InvalidArgumentError(`there is no "${name}", only ${things.map(nameOf).join(", ")}.`);
      return thing;
    });
}

function nameOfCase({ name }: BenchCase): string {
  return name;
}

function positiveInteger(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("expected a whole number above 0.");
  return Number(text);
}

const program = new Command("bench")
  .description(
    "Measures recon diff against the floor: a process in which DuckDB reads both files once and touches id, status and metadata.",
  )
  .addOption(
    new Option("--only <parts>", "what to measure").argParser(oneOf(PARTS, String)).default(PARTS, PARTS.join(",")),
  )
  .addOption(new Option("--sizes <list>", "rows a side").argParser(rowCounts).default([1e4, 1e5, 1e6], "10k,100k,1M"))
  .option("--memory-limit <size>", "RECON_MEMORY_LIMIT of the largest size's run in little memory", given, "640MB")
  .addOption(
    new Option("--cases <names>", "exports that make it slow")
      .argParser(oneOf(BAD_CASES, nameOfCase))
      .default(BAD_CASES, BAD_CASES.map(nameOfCase).join(",")),
  )
  .addOption(new Option("--cases-size <rows>", "their rows a side").argParser(rowCount).default(1e6, "1M"))
  .option("--pairs <number>", "how often each is measured", positiveInteger, 3)
  .addOption(
    new Option("--json <file>", "where every figure goes")
      .argParser((text) => resolve(given(text)))
      .default(join(FOLDER, "results.json"), ".cache/bench/results.json"),
  )
  .option("--chart <file>", "draws time against rows as a PNG", (text) => resolve(given(text)))
  .option("--clean", "deletes the exports that were made, and measures nothing")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "bench: ")) })
  .action((options: Options) => {
    if (options.chart !== undefined && (options.sizes.length < 2 || !options.only.includes("sizes")))
      program.error("error: --chart needs two --sizes or more to draw a line.");
    return bench(options);
  });

program.parseAsync().catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
