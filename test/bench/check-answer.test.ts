import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { reconcile } from "../../src/reconcile/reconcile";
import { makeFolder } from "../cli/run-recon";
import { BAD_CASES, type BenchCase, PLAIN } from "./bench-case";
import { checkAnswer } from "./check-answer";
import { type BenchExports, makeExports } from "./make-exports";

const ROWS = 2000;
const AS_OF = "2026-06-01T12:00:00Z";
const folder = makeFolder();
afterAll(folder.remove);

/** Compares a case's exports, and checks the answer against what was planted. */
async function compare(bench: BenchCase, exports: BenchExports): Promise<void> {
  const { stripe, database } = exports;
  const { directory } = await reconcile({
    stripe,
    database,
    out: folder.free("out"),
    stripeAsOf: AS_OF,
    databaseAsOf: AS_OF,
  });
  await checkAnswer(directory, bench, exports);
}

it.each([PLAIN, ...BAD_CASES])("what was planted is found: $title", async (bench) => {
  await compare(bench, await makeExports(folder.free("exports"), bench, ROWS));
});

it.each([
  ["one too many", "database", ",active,", ",unpaid,", /Found .*"status_mismatch":3.*, planted .*"status_mismatch":2/],
  [
    "one too few",
    "planted",
    "\n",
    "\nsub_1,status_mismatch,[]\n",
    /Found .*"status_mismatch":2.*, planted .*"status_mismatch":3/,
  ],
  ["another subscription", "planted", "sub_1", "sub_2", /Found .*"lost":1.*, planted .*"lost":0/],
  [
    "another metadata key",
    "database",
    '""k0"":""changed""',
    '""k1"":""changed""',
    /Found .*"lost":1.*, planted .*"lost":0/,
  ],
] as const)("a wrong answer is told: %s", async (_, file, planted, found, message) => {
  const exports = await makeExports(folder.free("exports"), PLAIN, ROWS);
  const text = readFileSync(exports[file], "utf8");
  expect(text).toContain(planted);
  writeFileSync(exports[file], text.replace(planted, found));
  await expect(compare(PLAIN, exports)).rejects.toThrow(message);
});
