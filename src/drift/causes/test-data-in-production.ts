import { type CauseRule, counted, LEAST_SUPPORT, percent, weigh } from "../cause-rule";
import { fragmentOf } from "../dimensions";
import type { Affected } from "../evidence";
import { fragmentShares } from "./exports-apart";

const TEST_TENANT = /\b(test|dev|demo|staging|sandbox|qa|e2e|example)\b/i;

function looksLikeTest(one: Affected, main: string | undefined): boolean {
  const { discrepancy } = one.rows[0] as (typeof one.rows)[number];
  if (discrepancy.livemode === false || discrepancy.reason === "other_mode" || discrepancy.reason === "test_clock")
    return true;
  if (discrepancy.reason === "id_not_stripe") return true;
  if (TEST_TENANT.test((one.tenant ?? "").replace(/[_-]/g, " "))) return true;
  const fragment = fragmentOf(one.id);
  return one.tenant === null && fragment !== null && main !== undefined && fragment !== main;
}

/** Rows of tests and demos in the production table: orphans that never were in this account and mode. */
export const testDataInProduction: CauseRule = {
  code: "test_data_in_production",
  title: "Test data stand in the production database",
  confirmBy:
    "Retrieve one with the test mode's key; look who wrote these rows (seeds, fixtures, a staging deployment on the production database).",
  action: "Action 2 (archive orphaned subscriptions) once Stripe answers 404 in live mode.",
  examine(file) {
    const { affected, evidence } = file;
    const main = fragmentShares(file)[0]?.[0];
    const orphans = affected.filter((one) => one.kinds.has("missing_in_stripe"));
    const explains = orphans.filter((one) => looksLikeTest(one, main));
    if (explains.length < LEAST_SUPPORT) return null;
    const database = evidence.summary?.counts.database ?? null;
    const missing = affected.filter((one) => one.kinds.has("missing_in_database")).length;
    return weigh(explains, -1.5, [
      {
        holds: true,
        weight: 1.5,
        says: `${counted(explains.length, "orphan")} carry test mode, ids or tenants of tests.`,
      },
      {
        holds: explains.length >= 0.7 * orphans.length,
        weight: 1.5,
        against: 0.5,
        says: `They are ${percent(explains.length, orphans.length)} of the orphans.`,
        otherwise: "",
      },
      {
        holds: database === null ? null : explains.length < 0.5 * database,
        weight: 0.5,
        against: 3,
        says: "",
        otherwise: "They are most of the database.",
      },
      {
        holds: missing <= explains.length,
        weight: 0.8,
        against: 1,
        says: "",
        otherwise: `${counted(missing, "subscription")} are missing in the database as well.`,
      },
    ]);
  },
};
