import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reconcile } from "../../src/reconcile/reconcile";

const ROWS = 60_000;
const idOf = (n: number): string => `sub_1PqRs${String(n).padStart(6, "0")}IgSzDCinL0`;

/** Numbers below 1 that look random and are the same in every run. */
function* numbers(): Generator<number, never> {
  for (let state = 7; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/**
 * Files above 8 MB are cut in pieces for several threads; a piece may begin inside a cell, on a line that looks like a row.
 * Whoever takes it for one finds subscriptions that do not exist, and loses some that do.
 */
describe("cells that hold lines, some of which look like rows,", () => {
  it("neither add rows to a large file nor take any away", async () => {
    const directory = mkdtempSync(join(tmpdir(), "recon-lines-"));
    const random = numbers();
    const next = (): number => random.next().value;
    const database = ["id,customer_id,status,note,created_at,updated_at"];
    const stripe = ["id,customer,status,created"];
    for (let n = 0; n < ROWS; n++) {
      const lines = Array.from({ length: Math.floor(next() * 20) }, () =>
        next() < 0.5 ? `${idOf(ROWS + n)},cus_x,active,,2025-01-01,2025-01-01` : `""so"" he said, and went`,
      );
      const status = n % 10_000 === 0 ? "past_due" : "active";
      database.push(
        `${idOf(n)},cus_${n},${status},"${lines.join("\n")}",2025-01-01 00:00:00+00,2025-01-01 00:00:00+00`,
      );
      stripe.push(`${idOf(n)},cus_${n},active,1735689600`);
    }
    const write = (name: string, lines: readonly string[]): string => {
      const path = join(directory, name);
      writeFileSync(path, `${lines.join("\n")}\n`);
      return path;
    };
    const asOf = "2026-06-01T12:00:00Z";
    try {
      const { summary } = await reconcile({
        stripe: write("stripe.csv", stripe),
        database: write("database.csv", database),
        out: join(directory, "out"),
        stripeAsOf: asOf,
        databaseAsOf: asOf,
      });
      expect(summary.counts).toMatchObject({
        stripe: ROWS,
        database: ROWS,
        matched: ROWS,
        status_mismatch: { actionable: ROWS / 10_000 },
      });
      expect(summary.inputs.database).toMatchObject({ rows: ROWS, rejected: 0 });
      expect(summary.verdict).toBe("discrepancies");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
