import { describe, expect, it } from "vitest";
import { databaseRow, type Row, reconcileWorld, stripeRow, unix } from "./small-world";

const at = unix;

/** One situation of the runbook: rows of either side, and what is to be said of sub_a. */
interface Situation {
  readonly what: string;
  readonly stripe: readonly Row[];
  readonly database: readonly Row[];
  /** `kind disposition reason` of each discrepancy of sub_a. */
  readonly says: readonly string[];
}

const A = { id: "sub_a" };
const CANCELED = {
  ...A,
  status: "canceled",
  canceled_at: at("2026-03-01T00:00:00Z"),
  ended_at: at("2026-03-01T00:00:00Z"),
};
/** A canceled subscription on both sides, so that the Stripe export is seen to hold canceled ones. */
const OTHER_ENDED = [
  stripeRow({ id: "sub_z", customer: "cus_z", status: "canceled", ended_at: at("2026-01-01T00:00:00Z") }),
];
const OTHER_ENDED_ROW = [databaseRow({ id: "sub_z", customer_id: "cus_z", status: "canceled" })];

const SITUATIONS: readonly Situation[] = [
  { what: "both sides agree", stripe: [stripeRow(A)], database: [databaseRow(A)], says: [] },
  { what: "in Stripe only", stripe: [stripeRow(A)], database: [], says: ["missing_in_database actionable "] },
  { what: "in the database only", stripe: [], database: [databaseRow(A)], says: ["missing_in_stripe actionable "] },
  {
    what: "canceled in Stripe, active in the database",
    stripe: [stripeRow(CANCELED)],
    database: [databaseRow(A)],
    says: ["status_mismatch actionable "],
  },
  {
    what: "created five minutes before the snapshots",
    stripe: [stripeRow({ ...A, created: at("2026-06-01T11:55:00Z") })],
    database: [],
    says: ["missing_in_database in_flight created_between_snapshots"],
  },
  {
    what: "created eleven minutes before the snapshots",
    stripe: [stripeRow({ ...A, created: at("2026-06-01T11:49:00Z") })],
    database: [],
    says: ["missing_in_database actionable "],
  },
  {
    what: "row created five minutes before",
    stripe: [],
    database: [databaseRow({ ...A, created_at: "2026-06-01 11:55:00+00" })],
    says: ["missing_in_stripe in_flight created_between_snapshots"],
  },
  {
    what: "canceled five minutes before",
    stripe: [stripeRow({ ...CANCELED, ended_at: at("2026-06-01T11:55:00Z") })],
    database: [databaseRow(A)],
    says: ["status_mismatch in_flight changed_between_snapshots"],
  },
  {
    what: "row written five minutes before",
    stripe: [stripeRow(A)],
    database: [databaseRow({ ...A, metadata: '{"k":"v"}', updated_at: "2026-06-01 11:55:00+00" })],
    says: ["metadata_mismatch in_flight changed_between_snapshots"],
  },
  {
    what: "an orphan written five minutes before is no less an orphan",
    stripe: [],
    database: [databaseRow({ ...A, updated_at: "2026-06-01 11:55:00+00" })],
    says: ["missing_in_stripe actionable "],
  },
  {
    what: "incomplete_expired, never stored",
    stripe: [stripeRow({ ...A, status: "incomplete_expired" })],
    database: [],
    says: ["missing_in_database expected incomplete_expired_not_stored"],
  },
  {
    what: "of a test clock, not stored",
    stripe: [stripeRow({ ...A, test_clock: "clock_1" })],
    database: [],
    says: ["missing_in_database expected test_clock"],
  },
  {
    what: "an orphan archived earlier",
    stripe: [],
    database: [databaseRow({ ...A, status: "archived", archived_at: "2026-02-01 00:00:00+00" })],
    says: ["missing_in_stripe expected archived_earlier"],
  },
  {
    what: "archived, and ended in Stripe",
    stripe: [stripeRow(CANCELED)],
    database: [databaseRow({ ...A, status: "archived" })],
    says: ["status_mismatch expected archived_earlier"],
  },
  {
    what: "archived, but alive in Stripe: a paying customer is locked out",
    stripe: [stripeRow(A)],
    database: [databaseRow({ ...A, status: "archived" })],
    says: ["status_mismatch actionable "],
  },
  {
    what: "canceled in Stripe while the customer has another live one",
    stripe: [stripeRow(CANCELED), stripeRow({ id: "sub_b" })],
    database: [databaseRow(A), databaseRow({ id: "sub_b" })],
    says: ["status_mismatch review customer_has_live_subscription"],
  },
  {
    what: "an orphan whose customer lives on another one",
    stripe: [stripeRow({ id: "sub_b" })],
    database: [databaseRow(A), databaseRow({ id: "sub_b" })],
    says: ["missing_in_stripe review customer_has_live_subscription"],
  },
  {
    what: "set to cancel at the period end, canceled in the database",
    stripe: [stripeRow({ ...A, cancel_at_period_end: true })],
    database: [databaseRow({ ...A, status: "canceled", cancel_at_period_end: "t" })],
    says: ["status_mismatch review scheduled_to_cancel"],
  },
  {
    what: "a word nobody knows",
    stripe: [stripeRow(A)],
    database: [databaseRow({ ...A, status: "gold" })],
    says: ["status_mismatch review unknown_database_status"],
  },
  {
    what: "older than the whole Stripe export",
    stripe: [],
    database: [databaseRow({ ...A, created_at: "2020-01-01 00:00:00+00" })],
    says: ["missing_in_stripe review older_than_export"],
  },
  {
    what: "a row of test mode beside a live export",
    stripe: [stripeRow({ id: "sub_b", livemode: true })],
    database: [databaseRow({ ...A, livemode: "f" }), databaseRow({ id: "sub_b", livemode: "t" })],
    says: ["missing_in_stripe review other_mode"],
  },
  {
    what: "trialing in the database after the trial's end",
    stripe: [stripeRow({ ...A, trial_end: at("2026-02-01T00:00:00Z") })],
    database: [databaseRow({ ...A, status: "trialing" })],
    says: ["status_mismatch actionable "],
  },
];

describe("what is said of a subscription that", () => {
  it.each(SITUATIONS)("$what", async ({ stripe, database, says }) => {
    const { rows } = await reconcileWorld([...stripe, ...OTHER_ENDED], [...database, ...OTHER_ENDED_ROW]);
    const ofA = rows.filter((row) => row.subscription_id === "sub_a");
    expect(ofA.map(({ kind, disposition, reason }) => `${kind} ${disposition} ${reason}`)).toEqual(says);
  });

  it("has an id Stripe does not give, in the database only", async () => {
    const { rows } = await reconcileWorld(OTHER_ENDED, [databaseRow({ id: "manual-17" }), ...OTHER_ENDED_ROW]);
    expect(rows).toMatchObject([{ subscription_id: "manual-17", disposition: "review", reason: "id_not_stripe" }]);
  });
});

describe("when the two sides parted", () => {
  it.each([
    ["canceled", { ended_at: at("2026-03-02T00:00:00Z") }, {}, "2026-03-02T00:00:00Z", "stripe.ended_at"],
    ["canceled", { canceled_at: at("2026-03-03T00:00:00Z") }, {}, "2026-03-03T00:00:00Z", "stripe.canceled_at"],
    [
      "past_due",
      { current_period_start: at("2026-05-01T00:00:00Z") },
      {},
      "2026-05-01T00:00:00Z",
      "stripe.current_period_start",
    ],
    ["incomplete_expired", {}, {}, "2025-06-01T23:00:00Z", "stripe.created"],
    [
      "active",
      { trial_end: at("2026-02-01T00:00:00Z") },
      { status: "trialing" },
      "2026-02-01T00:00:00Z",
      "stripe.trial_end",
    ],
    ["active", {}, { status: "canceled" }, "2025-06-01T00:00:05Z", "database.updated_at"],
  ])("Stripe says %s with %o: %s", async (status, stripe, database, changedAt, basis) => {
    const { rows } = await reconcileWorld(
      [stripeRow({ ...A, status, ...stripe }), ...OTHER_ENDED],
      [databaseRow({ ...A, ...database }), ...OTHER_ENDED_ROW],
    );
    expect(rows).toMatchObject([{ kind: "status_mismatch", changed_at: changedAt, changed_at_basis: basis }]);
  });
});

describe("what is withheld", () => {
  it("missing in Stripe, when the export has no canceled rows and the database has", async () => {
    const { rows, summary } = await reconcileWorld([], [databaseRow({ ...A, status: "canceled" })]);
    expect(rows).toEqual([]);
    expect(summary).toMatchObject({ verdict: "incomparable", withheld: [{ kind: "missing_in_stripe", rows: 1 }] });
  });

  it("both missing kinds, when the Stripe export mixes modes", async () => {
    const { rows, summary } = await reconcileWorld(
      [stripeRow({ ...A, livemode: true }), stripeRow({ id: "sub_t", livemode: false })],
      [],
    );
    expect(rows).toEqual([]);
    expect(summary.verdict).toBe("incomparable");
    expect(summary.withheld.map(({ kind }) => kind)).toEqual(["missing_in_database", "missing_in_stripe"]);
  });

  it("nothing else: a status that differs is still told", async () => {
    const { rows } = await reconcileWorld(
      [stripeRow({ ...A, status: "past_due" })],
      [databaseRow(A), databaseRow({ id: "sub_c", status: "canceled" })],
    );
    expect(rows.map(({ kind }) => kind)).toEqual(["status_mismatch"]);
  });
});

describe("an orphan that may be none", () => {
  const many = Array.from({ length: 40 }, (_, index) =>
    databaseRow({ id: `sub_o${index}`, customer_id: `cus_o${index}` }),
  );

  it("is for review when much of the database is missing in an export that nothing says is whole", async () => {
    const { rows } = await reconcileWorld(OTHER_ENDED, [...many, ...OTHER_ENDED_ROW]);
    expect(new Set(rows.map(({ disposition, reason }) => `${disposition} ${reason}`))).toEqual(
      new Set(["review export_may_be_partial"]),
    );
  });

  it("is an orphan when few are missing", async () => {
    const { rows } = await reconcileWorld(OTHER_ENDED, [...many.slice(0, 5), ...OTHER_ENDED_ROW]);
    expect(rows.map(({ disposition }) => disposition)).toEqual(Array(5).fill("actionable"));
  });

  it.each([
    ["2026-06-01T12:00:30Z", "review", "time_unknown"],
    ["2026-06-01T11:59:30Z", "actionable", ""],
  ])("has no time of its own, in a database read at %s: %s", async (databaseAsOf, disposition, reason) => {
    const timeless = { created_at: null, updated_at: null };
    const database = [databaseRow({ ...A, ...timeless }), ...OTHER_ENDED_ROW];
    const { rows } = await reconcileWorld(OTHER_ENDED, database, { databaseAsOf });
    expect(rows).toMatchObject([{ subscription_id: "sub_a", disposition, reason }]);
  });
});

describe("a price", () => {
  it("is not compared where Stripe has several and the row none", async () => {
    const several = stripeRow({ ...A, price_id: "price_1,price_2" });
    const { rows } = await reconcileWorld(
      [several],
      [databaseRow({ ...A, price_id: null }), databaseRow({ id: "sub_y", price_id: "price_9" })],
    );
    expect(rows.filter(({ kind }) => kind === "field_mismatch")).toEqual([]);
  });
});

describe("an id in several rows", () => {
  it("is joined once when the copies are alike", async () => {
    const { rows, summary } = await reconcileWorld(
      [stripeRow(A), stripeRow(A)],
      [databaseRow(A), databaseRow(A), databaseRow(A)],
    );
    expect(rows).toEqual([]);
    expect(summary.counts).toMatchObject({ stripe: 2, database: 2, matched: 2 });
    expect(summary.warnings.filter(({ code }) => code === "duplicate_ids").map(({ rows: count }) => count)).toEqual([
      1, 2,
    ]);
  });

  it("counts as its last row when they differ, for review", async () => {
    const old = databaseRow({ ...A, status: "active", updated_at: "2025-07-01 00:00:00+00" });
    const latest = databaseRow({ ...A, status: "past_due", updated_at: "2025-08-01 00:00:00+00" });
    const { rows } = await reconcileWorld([stripeRow(A)], [latest, old]);
    expect(rows).toMatchObject([
      { kind: "status_mismatch", disposition: "review", reason: "duplicate_id", database_status: "past_due" },
    ]);
  });

  it("is told even when it stands on one side alone", async () => {
    const { rows, summary } = await reconcileWorld([stripeRow(A), stripeRow(A)], []);
    expect(rows.map(({ kind }) => kind)).toEqual(["missing_in_database"]);
    expect(summary.warnings.some(({ code }) => code === "duplicate_ids")).toBe(true);
  });
});

describe("the database's words", () => {
  it("are Stripe's in another spelling, and reported apart", async () => {
    const { rows, summary } = await reconcileWorld(
      [stripeRow({ ...A, status: "canceled" }), stripeRow({ id: "sub_b", status: "past_due" })],
      [databaseRow({ ...A, status: "cancelled" }), databaseRow({ id: "sub_b", status: "Past-Due" })],
    );
    expect(rows).toEqual([]);
    expect(summary.vocabulary).toEqual([
      { word: "Past-Due", statuses: ["past_due"], rows: 1 },
      { word: "cancelled", statuses: ["canceled"], rows: 1 },
    ]);
  });

  it("mean what recon.json says", async () => {
    const config = { database: { statuses: { paid: ["active", "trialing"], none: "canceled" } } };
    const { rows } = await reconcileWorld(
      [stripeRow(A), stripeRow({ id: "sub_b", status: "trialing" }), stripeRow({ id: "sub_c" })],
      [
        databaseRow({ ...A, status: "paid" }),
        databaseRow({ id: "sub_b", status: "paid" }),
        databaseRow({ id: "sub_c", status: "none" }),
      ],
      { config },
    );
    expect(rows.map(({ subscription_id, kind }) => [subscription_id, kind])).toEqual([["sub_c", "status_mismatch"]]);
  });
});
