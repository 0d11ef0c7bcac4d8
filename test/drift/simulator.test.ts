import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CAUSE_CODES, type CauseCode } from "../../src/drift/cause-codes";
import type { Summary } from "../../src/reconcile/summary";
import type { Discrepancy } from "../../src/subscription";
import { type Incident, type IncidentOptions, simulateIncident } from "./simulator/simulate-incident";
import { reconcileIncident } from "./simulator/write-incident";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "simulator-test-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function reconciled(
  options: IncidentOptions,
): Promise<{ incident: Incident; summary: Summary; rows: readonly Discrepancy[] }> {
  const incident = simulateIncident(options);
  const directory = mkdtempSync(join(root, "incident-"));
  const { summary, directory: out } = await reconcileIncident(incident, directory);
  const rows: Discrepancy[] = parse(readFileSync(join(out, "discrepancies.csv")), { columns: true });
  rmSync(directory, { recursive: true });
  return { incident, summary, rows };
}

/** What a world without a fault has all the same: changes in flight, and expired subscriptions that were never kept. */
function isHarmless({ disposition, reason }: Discrepancy): boolean {
  return disposition === "in_flight" || reason === "incomplete_expired_not_stored";
}

describe("a world in which nothing goes wrong", () => {
  it.each([1, 2, 3, 4, 5, 6])("reconciles clean (seed %i)", async (seed) => {
    const { summary, rows } = await reconciled({ seed, causes: [], subscriptions: 1500, noise: 0 });

    expect(summary).toMatchObject({ verdict: "clean", affected_subscriptions: 0, withheld: [], vocabulary: [] });
    expect(rows.filter((row) => !isHarmless(row))).toEqual([]);
    expect(summary.inputs.stripe).toMatchObject({ rows: 1500, rejected: 0, livemode: "live" });
  });

  it("is full of life: all statuses, and rows written up to the exports", () => {
    const { database, databaseAsOf } = simulateIncident({ seed: 1, causes: [], subscriptions: 1500, noise: 0 });

    for (const status of ["active", "trialing", "past_due", "paused", "canceled"]) {
      expect(database.split(`,${status},`).length, status).toBeGreaterThan(5);
    }
    expect(database).toContain(databaseAsOf.slice(0, 10));
  });
});

describe("the same options", () => {
  const options: IncidentOptions = { seed: 7, causes: ["missed_webhooks"], subscriptions: 400 };

  it("give the same bytes", () => {
    const first = simulateIncident(options);
    simulateIncident({ ...options, seed: 8 });
    expect(simulateIncident(options)).toEqual(first);
  });

  it("with another seed give another company", () => {
    expect(simulateIncident({ ...options, seed: 8 }).stripe).not.toBe(simulateIncident(options).stripe);
  });
});

/** Causes for whose sake whole kinds are withheld: what they hide is counted, and in no row. */
const WITHHELD: readonly CauseCode[] = ["mode_mixup", "truncated_export", "canceled_hidden", "wrong_account"];

describe.each(CAUSE_CODES)("%s", (code) => {
  it.each([11, 12])("shows in what it affects, and nowhere else (seed %i)", async (seed) => {
    const { incident, summary, rows } = await reconciled({
      seed,
      causes: [code],
      subscriptions: 1000,
      size: 30,
      noise: 0,
    });
    const [truth] = incident.truth.causes;
    const ids = new Set(truth?.ids);
    const found = new Set(rows.map((row) => row.subscription_id));
    const shown = [...ids].filter((id) => found.has(id)).length;

    expect(truth).toMatchObject({ code });
    expect(ids.size).toBeGreaterThanOrEqual(5);
    expect(rows.filter((row) => !isHarmless(row) && !ids.has(row.subscription_id))).toEqual([]);
    if (code === "status_spelling") {
      // Another spelling is no discrepancy; it is in the vocabulary.
      expect(summary.vocabulary.reduce((sum, word) => sum + word.rows, 0)).toBe(ids.size);
    } else if (WITHHELD.includes(code) && summary.withheld.length > 0) {
      expect(summary.withheld.reduce((sum, claim) => sum + claim.rows, 0)).toBe(ids.size);
    } else expect(shown).toBe(ids.size);
  });
});

describe("times of the truth", () => {
  it.each(["missed_webhooks", "restored_database"] as const)("%s lies wholly in its window", async (code) => {
    const { incident } = await reconciled({ seed: 21, causes: [code], subscriptions: 1500, size: 60, noise: 0 });
    const [truth] = incident.truth.causes;
    const ids = new Set(truth?.ids);
    // What is affected and in the table was last written before the window closed, or never since.
    const late = incident.database.split("\n").filter((line) => {
      const updated = line.slice(line.lastIndexOf(",") + 1, -3).replace(" ", "T");
      return ids.has(line.split(",")[0] ?? "") && Date.parse(`${updated}Z`) >= Date.parse(truth?.to ?? "");
    });

    expect(truth).toMatchObject({ shape: "burst" });
    expect(late).toEqual([]);
  });
});

describe("what can be asked for", () => {
  it.each([20, 100, 300])("about %i affected subscriptions", (size) => {
    const incident = simulateIncident({ seed: 5, causes: ["webhook_secret_rotated"], subscriptions: 3000, size });
    const affected = incident.truth.causes[0]?.ids.length ?? 0;

    expect(affected).toBeGreaterThan(size * 0.7);
    expect(affected).toBeLessThan(size * 1.4);
  });

  it("noise: at most as many unrelated discrepancies", async () => {
    const { summary, rows } = await reconciled({ seed: 5, causes: [], subscriptions: 1500, noise: 40 });
    const noisy = new Set(rows.filter((row) => !isHarmless(row)).map((row) => row.subscription_id));

    expect(noisy.size).toBeGreaterThan(30);
    expect(noisy.size).toBeLessThanOrEqual(40);
    expect(summary.verdict).toBe("discrepancies");
  });

  it("two causes at once, each with its own subscriptions", () => {
    const causes = ["deletion_unhandled", "unit_error"] as const;
    const { truth } = simulateIncident({ seed: 6, causes: [...causes], subscriptions: 1500, size: 60, noise: 0 });

    expect(truth.causes.map(({ code }) => code)).toEqual(causes);
    expect(truth.causes.every(({ ids }) => ids.length >= 30)).toBe(true);
  });

  it("decoys: one tenant with two fifths of all subscriptions", () => {
    const { database } = simulateIncident({ seed: 5, causes: [], subscriptions: 1500, noise: 0 });
    const tenants = new Map<string, number>();
    for (const [tenant] of database.matchAll(/,tenant_\d+,/g)) tenants.set(tenant, (tenants.get(tenant) ?? 0) + 1);
    const share = Math.max(...tenants.values()) / 1500;

    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.5);
  });
});
