import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { comparePart, NOTHING_LEARNED } from "../../../src/monitor/tenants/compare-part";
import { splitByTenant, type TenantPart } from "../../../src/monitor/tenants/split-by-tenant";
import { type TenantFacts, wholeFacts } from "../../../src/monitor/tenants/tenant-facts";
import { openEngine } from "../../../src/reconcile/open-engine";
import { withComparison } from "../../../src/reconcile/with-comparison";
import { openWorkspace } from "../../../src/sources/workspace";
import type { Row } from "../../reconcile-brute-force/compare-by-hand";
import { BASE, world } from "../../reconcile-brute-force/random-world";
import { writeExports } from "../../reconcile-brute-force/write-exports";

const SORTED = "SELECT * FROM discrepancies ORDER BY ALL";

/** What a comparison of two exports finds, and what comparisons of their tenants find together. */
async function bothWays(exports: { readonly stripe: string; readonly database: string }) {
  const workspace = openWorkspace();
  const engine = await openEngine({ temporaryDirectory: workspace.file("spill") });
  try {
    return await withComparison(exports, async (compared) => {
      const parts = await splitByTenant(compared.engine, compared.findings, workspace.directory);
      // As the workers get it, through the database.
      const facts = JSON.parse(JSON.stringify({ ...(await wholeFacts(compared)), config: compared.config }));
      const union: object[] = [];
      let rows = 0;
      for (const part of parts) {
        const { findings } = await comparePart(engine, facts as TenantFacts, relationsOf(part), NOTHING_LEARNED);
        union.push(...(await engine.rows<object>(SORTED)));
        rows += findings.survey.stripe_rows + findings.survey.database_rows;
      }
      const { stripe_rows, database_rows } = compared.findings.survey;
      return {
        parts,
        whole: (await compared.engine.rows<object>(SORTED)).map((row) => JSON.stringify(row)),
        union: union.map((row) => JSON.stringify(row)),
        rows: { whole: stripe_rows + database_rows, union: rows },
      };
    });
  } finally {
    engine.close();
    workspace.close();
  }
}

function relationsOf({ files }: TenantPart) {
  const of = (name: string): string =>
    `read_parquet([${[...files].flatMap(([file, path]) => (file.startsWith(name) ? [`'${path}'`] : [])).join(", ")}])`;
  return { stripe: of("stripe"), database: of("database"), customers: of("customers") };
}

it("the tenants of the sample find together what a comparison of the whole finds", async () => {
  const { parts, whole, union, rows } = await bothWays({
    stripe: "data/stripe_subscriptions.json",
    database: "data/db_subscriptions.csv",
  });
  expect(parts.length).toBeGreaterThan(30);
  expect(whole.length).toBeGreaterThan(200);
  expect(union.sort()).toEqual(whole.sort());
  expect(rows.union).toBe(rows.whole);
}, 120_000);

/** The rows of one list that are not in another. */
function only(some: readonly string[], others: readonly string[]): string[] {
  return some.filter((row) => !others.includes(row));
}

/** Of rows with one id, none may be written at the same time as another: which of them counts would be a toss. */
function distinct(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [`${row.id.trim()} ${row.written}`, row])).values()];
}

it("and so do those of random worlds, nasty in every column", async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ subscriptions, stripeForm, databaseForm }) => {
      const folder = mkdtempSync(join(tmpdir(), "recon-parts-"));
      const rows = { stripe: [BASE], database: [BASE] };
      for (const [index, each] of subscriptions.entries()) {
        // Names of tenants that several subscriptions share, on one side or both.
        const named = (row: Row, modulus: number): Row => ({
          ...row,
          metadata: index % 3 === 0 ? row.metadata : { as: "object", entries: [["tenant_id", `t${index % modulus}`]] },
        });
        rows.stripe.push(...each.stripe.map((row) => named(row, 4)));
        rows.database.push(...each.database.map((row) => named(row, 3)));
      }
      try {
        const paths = writeExports(
          folder,
          { rows: distinct(rows.stripe), form: stripeForm },
          { rows: distinct(rows.database), form: databaseForm },
        );
        const { whole, union } = await bothWays(paths);
        expect(only(union, whole)).toEqual([]);
        expect(only(whole, union)).toEqual([]);
        expect(union).toHaveLength(whole.length);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }),
    { numRuns: 6, seed: 20_261_130, endOnFailure: true },
  );
}, 120_000);
