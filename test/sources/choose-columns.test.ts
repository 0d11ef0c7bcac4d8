import { describe, expect, it } from "vitest";
import { ReconError } from "../../src/recon-error";
import { chooseColumns, SUBSCRIPTION_ID, type TableHead } from "../../src/sources/choose-columns";

/** A table from its header and rows, cells parted by commas. */
function table(header: string, ...rows: string[]): TableHead {
  const cells = rows.map((each) => each.split(","));
  return { names: header.split(","), values: (index) => cells.map((each) => each[index] ?? "") };
}

/** What is chosen, by the names of the header. */
function choose(
  head: TableHead,
  configured: Parameters<typeof chooseColumns>[3] = {},
  side: "stripe" | "database" = "database",
): Record<string, string> {
  const chosen = chooseColumns("db.csv", side, head, configured);
  return Object.fromEntries(Object.entries(chosen).map(([column, index]) => [column, head.names[index] as string]));
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ReconError) return error.code;
  }
  return "no error";
}

describe("the id", () => {
  it.each([
    ["by its values", "key,ref,status", ["1,sub_1Abc,active"], "ref"],
    ["by its values before its name", "id,external,status", ["1,sub_1Abc,active"], "external"],
    [
      "by a name of Stripe's before an own id that looks alike",
      "id,stripe_id,status",
      ["sub_own1,,free", "sub_own2,sub_1A,active"],
      "stripe_id",
    ],
    ["of an old account", "id,status", ["sub_EeP61NfM5r7xxx,active"], "id"],
    ["by its name where there is no row", "user_id,stripe_subscription_id,status", [], "stripe_subscription_id"],
    [
      "not by the id of a schedule",
      "id,schedule,status",
      ["sub_1A,sub_sched_1A,active", "sub_1B,sub_sched_1B,active", ",sub_sched_1C,active"],
      "id",
    ],
  ])("is found %s", (_, header, rows, name) => {
    expect(choose(table(header, ...rows))["id"]).toBe(name);
  });

  it.each(["sub_1TJbdsIgSzDCinL0gdUY8kCG", "sub_EeP61NfM5r7xxx", "sub_test_1"])("%s is one", (id) => {
    expect(SUBSCRIPTION_ID.test(id)).toBe(true);
  });

  it.each(["sub_sched_1TJbdsIgSzDCinL0", "si_1TJbds", "sub_", "sub_1 2", "SUB_1"])("%s is none", (id) => {
    expect(SUBSCRIPTION_ID.test(id)).toBe(false);
  });
});

describe("the other columns", () => {
  it.each([
    ["a name with stripe_ first", "id,status,stripe_status", "sub_1,on,active", "status", "stripe_status"],
    [
      "a column with values before an empty one",
      "id,status,stripe_price_id,price_id",
      "sub_1,active,,price_1",
      "price_id",
      "price_id",
    ],
    ["camel case", "id,status,currentPeriodEnd", "sub_1,active,2026-01-01", "current_period_end", "currentPeriodEnd"],
    ["British spelling", "id,status,cancelled_at", "sub_1,active,", "canceled_at", "cancelled_at"],
    ["a tenant that is an account of the app", "id,status,account_id", "sub_1,active,42", "tenant_id", "account_id"],
  ])("%s", (_, header, row, column, name) => {
    expect(choose(table(header, row))[column]).toBe(name);
  });

  it("a Stripe account is no tenant", () => {
    expect(choose(table("id,status,_account_id", "sub_1,active,acct_1H"))).not.toHaveProperty("tenant_id");
  });

  it("what an app alone keeps is not looked for in an export of Stripe", () => {
    const chosen = choose(table("id,status,tenant_id,updated,archived_at", "sub_1,active,t,1,2"), {}, "stripe");
    expect(Object.keys(chosen).sort()).toEqual(["id", "status"]);
  });

  it("the configuration wins", () => {
    const head = table("id,status,phase,ref", "sub_1,active,3,sub_2");
    expect(choose(head, { status: "phase", id: "ref" })).toEqual({ id: "ref", status: "phase" });
  });

  it("a twin with the same values is the first", () => {
    expect(choose(table("id,status,status_2", "sub_1,active,active"))["status"]).toBe("status");
  });
});

describe("it refuses", () => {
  it.each([
    ["no_id_column", table("key,status", "1,active"), {}],
    ["no_status_column", table("id,plan", "sub_1,gold"), {}],
    ["no_such_column", table("id,status", "sub_1,active"), { quantity: "seats" }],
    ["ambiguous_column", table("ref,status,status_2", "sub_1,active,open"), {}],
  ])("%s", (code, head, configured) => {
    expect(codeOf(() => choose(head, configured))).toBe(code);
  });

  it("with the file, what is there and what to do", () => {
    expect(() => choose(table("key,status", "1,active"))).toThrow(
      "db.csv, line 1: no column holds Stripe subscription ids (sub_…). Found: key, status. Name it in recon.json and pass --config.",
    );
  });
});
