import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reconcile } from "../../src/reconcile/reconcile";
import { KINDS } from "../../src/subscription";
import { compareByHand, type Row, trimmed } from "./compare-by-hand";
import { BASE, world } from "./random-world";
import { writeExports } from "./write-exports";

/** Of rows with one id, none may be written at the same time as another: which of them counts would be a toss. */
function distinct(rows: readonly Row[]): Row[] {
  const seen = new Set<string>();
  return rows.filter((each) => {
    const mark = `${trimmed(each.id)}\n${each.written}`;
    return !seen.has(mark) && seen.add(mark);
  });
}

describe("the discrepancies of random worlds are those of a comparison by hand", () => {
  test("in every form of both exports", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ subscriptions, stripeForm, databaseForm }) => {
        const stripe = distinct([BASE, ...subscriptions.flatMap((each) => each.stripe)]);
        const database = distinct([BASE, ...subscriptions.flatMap((each) => each.database)]);
        const expected = compareByHand(stripe, database);
        const directory = mkdtempSync(join(tmpdir(), "recon-by-hand-"));
        try {
          const paths = writeExports(
            directory,
            { rows: stripe, form: stripeForm },
            { rows: database, form: databaseForm },
          );
          const { summary } = await reconcile({ ...paths, out: join(directory, "out") });
          expect(found(directory)).toEqual(sorted(expected.differences));
          const { counts } = summary;
          expect(counts).toMatchObject({
            stripe: expected.stripe,
            database: expected.database,
            matched: expected.matched,
          });
          for (const kind of KINDS) {
            const total = Object.values(counts[kind]).reduce((sum, count) => sum + count, 0);
            expect(total).toBe(expected.differences.filter((each) => each.kind === kind).length);
          }
          expect(summary.inputs.stripe.rejected + summary.inputs.database.rejected).toBe(expected.unreadable.length);
          expect(summary.inputs).toMatchObject({
            stripe: { rows: stripe.length },
            database: { rows: database.length },
          });
        } finally {
          rmSync(directory, { recursive: true });
        }
      }),
      { numRuns: 25, seed: 20_261_102, endOnFailure: true },
    );
  });
});

/** What was found, with the apostrophe taken off that keeps a spreadsheet from running a formula. */
function found(directory: string): unknown[] {
  const rows = parse(readFileSync(join(directory, "out", "discrepancies.csv")), { columns: true }) as Record<
    string,
    string
  >[];
  return sorted(
    rows.map((each) => ({
      id: (each["subscription_id"] ?? "").replace(/^'(?=[=+\-@\t\r])/, ""),
      kind: each["kind"] as string,
      details: JSON.parse(each["details"] ?? ""),
    })),
  );
}

function sorted<T extends { readonly id: string; readonly kind: string }>(rows: readonly T[]): T[] {
  const mark = ({ id, kind }: T): string => `${id}\n${kind}`;
  return [...rows].sort((a, b) => (mark(a) < mark(b) ? -1 : 1));
}
