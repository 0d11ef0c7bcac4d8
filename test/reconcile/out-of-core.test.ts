import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readSummary } from "../../src/reconcile/summary";
import { BAD_CASES, type BenchCase } from "../bench/bench-case";
import { checkAnswer } from "../bench/check-answer";
import { makeExports } from "../bench/make-exports";
import { makeFolder, runRecon } from "../cli/run-recon";

const ROWS = 600_000;
const AS_OF = "2026-06-01T12:00:00Z";
/** What DuckDB may use, less than half of what the join holds. */
const MEMORY_LIMIT = "160MB";
/**
 * Resident memory the process must stay below, MB: it takes 370 to 470, Node, code and buffers included; and 620 to 660 when the join
 * is held in memory.
 */
const MOST_MEGABYTES = 540;
/** What the join has to leave on disk at the least, MB, or this test says nothing; it is some 350. */
const LEAST_SPILL_MEGABYTES = 100;

const TWO_CORES = join(__dirname, "two-cores.cjs");
const folder = makeFolder();
const stripe = folder.free("stripe.csv");
const stripeWithoutTimes = folder.free("stripe-without-times.csv");
const database = folder.free("database.csv");
const temporary = folder.free("temporary");
const usage = folder.free("usage");

/** Half of a row's metadata: 160 characters that no other row has. */
const half = (which: number): string => `repeat(md5(CAST(i + ${which} AS VARCHAR)), 5)`;

const STRIPE_ROWS = `
  SELECT
    'sub_' || lpad(CAST(i AS VARCHAR), 8, '0') AS id,
    'cus_' || i AS customer,
    'active' AS status,
    1735689600 AS created,
    '{"first":"' || ${half(1)} || '","second":"' || ${half(2)} || '"}' AS metadata
  FROM range(${ROWS}) AS numbers(i)`;

/** One row in 10,000 differs in status, and another one in metadata. */
const DATABASE_ROWS = `
  SELECT
    'sub_' || lpad(CAST(i AS VARCHAR), 8, '0') AS id,
    'cus_' || i AS customer_id,
    'tenant_1' AS tenant_id,
    CASE WHEN i % 10000 = 0 THEN 'past_due' ELSE 'active' END AS status,
    '{"second":"' || CASE WHEN i % 10000 = 5000 THEN 'other' ELSE ${half(2)} END || '","first":"' || ${half(1)} || '"}' AS metadata,
    '2025-01-01 00:00:00+00' AS created_at,
    '2025-01-01 00:00:00+00' AS updated_at
  FROM (SELECT i FROM range(${ROWS}) AS numbers(i) ORDER BY hash(i))`;

beforeAll(async () => {
  mkdirSync(temporary);
  mkdirSync(usage);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (${STRIPE_ROWS}) TO '${stripe}' (FORMAT csv, HEADER)`);
  await connection.run(
    `COPY (SELECT * EXCLUDE (created) FROM (${STRIPE_ROWS})) TO '${stripeWithoutTimes}' (FORMAT csv, HEADER)`,
  );
  await connection.run(`COPY (${DATABASE_ROWS}) TO '${database}' (FORMAT csv, HEADER)`);
  connection.closeSync();
  instance.closeSync();
});
afterAll(folder.remove);

it("exports several times larger than the memory DuckDB may use are compared on disk, exactly", async () => {
  // An export that does not tell when a subscription was created is compared by DuckDB alone.
  const { spilled, peak } = await compareAll(stripeWithoutTimes);
  expect(spilled).toBeGreaterThan(LEAST_SPILL_MEGABYTES);
  expect(peak).toBeLessThan(MOST_MEGABYTES);
});

it("so are those of which most rows are set aside before", async () => {
  const { peak } = await compareAll(stripe);
  expect(peak).toBeLessThan(MOST_MEGABYTES);
});

it("exports in which every id stands twice are compared in little memory, exactly", async () => {
  const twice = BAD_CASES.find(({ name }) => name === "twice") as BenchCase;
  const exports = await makeExports(folder.free("bench"), twice, 100_000);
  const out = folder.free("out-twice");
  const sides = ["--stripe", exports.stripe, "--stripe-as-of", AS_OF, "--database", exports.database];
  // The scanner gives up on exports of which most rows are left, so that DuckDB compares them alone.
  const { status, stderr } = await runRecon(["diff", ...sides, "--database-as-of", AS_OF, "--out", out], {
    env: { RECON_MEMORY_LIMIT: "115MB", TMPDIR: temporary, NODE_OPTIONS: `--require "${TWO_CORES}"` },
  });
  expect(status, stderr).toBe(1);
  await checkAnswer(out, twice, exports);
});

/** Compares and checks what was found; says how much stood on disk meanwhile, and how much memory the process took, in MB. */
async function compareAll(path: string): Promise<{ spilled: number; peak: number }> {
  const out = folder.free("out");
  const exports = ["--stripe", path, "--stripe-as-of", AS_OF, "--database", database, "--database-as-of", AS_OF];
  const preloaded = [TWO_CORES, join(__dirname, "..", "bench", "report-usage.cjs")];
  let spilled = 0;
  let watch: NodeJS.Timeout | undefined;
  const { status, stderr } = await runRecon(["diff", ...exports, "--out", out], {
    env: {
      RECON_MEMORY_LIMIT: MEMORY_LIMIT,
      TMPDIR: temporary,
      NODE_OPTIONS: preloaded.map((path) => `--require "${path}"`).join(" "),
      RECON_USAGE_FOLDER: usage,
    },
    whileRunning: () => {
      watch = setInterval(() => {
        spilled = Math.max(spilled, megabytesIn(temporary));
      }, 50);
    },
  });
  clearInterval(watch);
  expect(status, stderr).toBe(1);
  expect((await readSummary(join(out, "summary.json"))).counts).toMatchObject({
    stripe: ROWS,
    database: ROWS,
    matched: ROWS,
    status_mismatch: { actionable: ROWS / 10_000 },
    metadata_mismatch: { actionable: ROWS / 10_000 },
    field_mismatch: { actionable: 0 },
  });
  return { spilled, peak: peakMegabytes() };
}

/** Size of all files in a folder; 0 when one of its folders goes while we look. */
function megabytesIn(path: string): number {
  try {
    const names = readdirSync(path, { recursive: true, encoding: "utf8" });
    const sizes = names.map((name) => statSync(join(path, name), { throwIfNoEntry: false })?.size ?? 0);
    return sizes.reduce((sum, size) => sum + size, 0) / 1e6;
  } catch {
    return 0;
  }
}

/** The peak of the process that has just ended, of which nothing is left for the next one. */
function peakMegabytes(): number {
  const peaks = readdirSync(usage).map(
    (name) => JSON.parse(readFileSync(join(usage, name), "utf8")).peakKilobytes / 1024,
  );
  for (const name of readdirSync(usage)) rmSync(join(usage, name));
  return Math.max(...peaks);
}
