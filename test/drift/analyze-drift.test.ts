import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyzeDrift } from "../../src/drift/analyze-drift";
import type { Findings } from "../../src/drift/findings";
import { reconcile } from "../../src/reconcile/reconcile";

const DATA = join(__dirname, "..", "..", "data");
const HEADER =
  "subscription_id,kind,disposition,reason,customer_id,tenant_id,price_id,livemode,stripe_status,database_status,changed_at,changed_at_basis,stripe_created_at,database_created_at,database_updated_at,details";

let root = "";
let files = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "drift-test-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(...lines: readonly string[]): string {
  const path = join(root, `discrepancies-${files++}.csv`);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  return path;
}

async function analyze(path: string): Promise<Findings> {
  const { findings } = await analyzeDrift({ discrepancies: path, out: join(root, `out-${files++}`) });
  expect(JSON.stringify(findings)).not.toMatch(/NaN|Infinity|undefined/);
  return findings;
}

const row = (n: number, at: string, kind = "status_mismatch"): string =>
  `sub_${n},${kind},actionable,,cus_${n},tenant_1,price_1,true,canceled,active,${at},${at === "" ? "" : "stripe.ended_at"},2025-01-01T00:00:00Z,2025-01-01T00:00:00Z,2025-01-01T00:00:05Z,{}`;

describe("the sample's incident", () => {
  it("is named with its time and its subscriptions", async () => {
    const answer = JSON.parse(readFileSync(join(DATA, "answer.json"), "utf8"));
    const out = join(root, "sample");
    await reconcile({
      stripe: join(DATA, "stripe_subscriptions.json"),
      database: join(DATA, "db_subscriptions.csv"),
      out,
    });
    const findings = await analyze(out);
    const [best] = findings.causes;
    expect(best?.code).toBe(answer.incident.cause);
    expect(best?.confidence).toBeGreaterThan(0.9);
    expect(best?.supporting.join(" ")).toContain(`confined to 9 tenants (${answer.incident.tenants.join(", ")})`);
    expect(findings.onset.shape).toBe("burst");
    expect(Math.abs(Date.parse(findings.onset.at ?? "") - Date.parse(answer.incident.from))).toBeLessThan(
      6 * 3_600_000,
    );
    expect(Math.abs(Date.parse(findings.onset.ends ?? "") - Date.parse(answer.incident.to))).toBeLessThan(
      6 * 3_600_000,
    );
    const again = await analyze(out);
    expect(again).toEqual(findings);
  });
});

describe("a discrepancies.csv alone", () => {
  it("without rows says that nothing differs", async () => {
    const findings = await analyze(write(HEADER));
    expect(findings).toMatchObject({
      pattern: "none",
      subscriptions: 0,
      causes: [],
      onset: { shape: "none", at: null },
    });
  });

  it.each([
    ["one row", [row(1, "2026-01-01T00:00:00Z")]],
    ["rows without times", Array.from({ length: 40 }, (_, n) => row(n, ""))],
    ["rows of one moment", Array.from({ length: 40 }, (_, n) => row(n, "2026-01-01T00:00:00Z"))],
    ["rows of years beyond 9999", Array.from({ length: 12 }, (_, n) => row(n, "57174-12-12T02:16:40Z"))],
  ])("with %s is analyzed", async (_, rows) => {
    const findings = await analyze(write(HEADER, ...rows));
    expect(findings.subscriptions).toBe(rows.length);
    expect(findings.not_tested.map(({ what }) => what)).toContain(
      "rates, concentrations and how complete a failure is",
    );
  });

  it.each([
    ["an unknown kind", [HEADER, row(1, "", "statusmismatch")], /line 2: the column "kind" holds "statusmismatch"/],
    [
      "a time in words",
      [HEADER, row(1, "2026-01-01T00:00:00Z"), row(2, "yesterday")],
      /line 3: the column "changed_at"/,
    ],
    ["details that are no JSON", [HEADER, row(1, "").replace("{}", "{")], /line 2: the column "details"/],
    ["a row cut off", [HEADER, "sub_1,status_mismatch,actionable"], /line 2: expected 16 cells, found 3/],
    ["a quote that is not closed", [HEADER, `sub_1,"status_mismatch`], /line 2: .*[Qq]uote/],
    ["a missing column", [HEADER.replace(",kind", "")], /line 1: the column "kind" is missing/],
    ["nothing at all", [], /the file is empty/],
  ])("with %s is refused with its place", async (_, lines, message) => {
    await expect(analyze(write(...lines))).rejects.toThrow(message);
  });

  it("keeps what stands in its cells as text", async () => {
    const rows = Array.from({ length: 6 }, (_, n) =>
      row(n, "2026-01-01T00:00:00Z").replace("active,", `"'=cmd()<img>",`),
    );
    const findings = await analyze(write(HEADER, ...rows));
    expect(findings.transitions).toEqual([{ from: "canceled", to: "=cmd()<img>", count: 6 }]);
  });
});
