import { JSDOM } from "jsdom";
import { type Findings, findingsSchema } from "../../src/drift/findings";

const DAY = 86_400_000;

/** The n-th affected subscription. */
export function affectedId(n: number): string {
  return `sub_1QxWmMIgSzDCinL0${String(n).padStart(8, "0")}`;
}

/** `count` ids from the `first` on. */
export function affectedIds(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => affectedId(first + index));
}

// Three weeks by day, the outage in the middle.
const SERIES: Findings["frequency"]["series"] = Array.from({ length: 21 }, (_, index) => {
  const start = Date.parse("2026-10-05T00:00:00Z") + index * DAY;
  const isOutage = index >= 9 && index <= 12;
  const affected = isOutage ? 24 + ((index * 5) % 11) : index % 9 === 2 ? 1 : 0;
  const changed = affected + (isOutage ? 1 : 31 + ((index * 3) % 5));
  return {
    start: new Date(start).toISOString(),
    by_kind: isOutage
      ? { missing_in_database: 8, status_mismatch: 6, metadata_mismatch: index % 5, field_mismatch: affected - 14 }
      : affected > 0
        ? { field_mismatch: affected }
        : {},
    affected,
    changed,
    rate: affected / changed,
  };
});

/** The findings of an outage with one more cause beside it. */
export const OUTAGE: Findings = findingsSchema.parse({
  schema_version: 1,
  run_id: "20261102T080000Z-test",
  pattern: "found",
  headline: "Probably missed webhooks, 14 Oct 21:40 – 17 Oct 06:15 UTC; 116 subscriptions; confidence 0.94",
  subscriptions: 160,
  discrepancies: 188,
  onset: {
    at: "2026-10-14T21:40:00Z",
    low: "2026-10-14T20:55:00Z",
    high: "2026-10-14T22:10:00Z",
    ends: "2026-10-17T06:15:00Z",
    shape: "burst",
  },
  by_kind: {
    missing_in_database: 34,
    missing_in_stripe: 6,
    status_mismatch: 27,
    metadata_mismatch: 35,
    field_mismatch: 86,
  },
  transitions: [
    { from: "canceled", to: "active", count: 17 },
    { from: "past_due", to: "active", count: 6 },
    { from: "active", to: "trialing", count: 4 },
    { from: "active", to: "(missing)", count: 30 },
    { from: "trialing", to: "(missing)", count: 4 },
    { from: "(missing)", to: "active", count: 6 },
  ],
  metadata_keys: [
    { key: "plan", added: 2, removed: 0, changed: 24 },
    { key: "seats", added: 9, removed: 1, changed: 0 },
  ],
  fields: [
    { field: "current_period_end", count: 70 },
    { field: "quantity", count: 16 },
  ],
  frequency: { bucket: "day", series: SERIES, by_transition: [], by_dimension: [] },
  concentrations: [
    {
      dimension: "tenant_id",
      value: "tenant_028",
      count: 22,
      share: 0.1375,
      baseline_share: 0.021,
      lift: 6.55,
      p_value: 3.2e-12,
    },
    {
      dimension: "tenant_id",
      value: "tenant_002",
      count: 14,
      share: 0.0875,
      baseline_share: 0.018,
      lift: 4.86,
      p_value: 0.00002,
    },
    {
      dimension: "price_id",
      value: "price_1QwMonthlyTeamPlanIgSzDCinL0",
      count: 40,
      share: 0.25,
      baseline_share: 0.12,
      lift: 2.08,
      p_value: 0.011,
    },
  ],
  causes: [
    {
      code: "missed_webhooks",
      title: "Missed webhooks",
      confidence: 0.94,
      supporting: [
        "116 of 121 subscriptions that changed between 2026-10-14 21:40 and 2026-10-17 06:15 UTC differ (96 %); outside it 5 of 2,818.",
        "All four kinds and six transitions occur, as when every event is lost.",
      ],
      contradicting: ["5 subscriptions changed in that window and agree."],
      confirm_by:
        "List the events of that window with delivery_success=false in Stripe, or look for a gap in the webhook log.",
      action:
        "Fix the endpoint first (Stripe Webhook Failure Runbook), then Actions 1, 3 and 4 for these subscriptions.",
      from: "2026-10-14T21:40:00Z",
      to: "2026-10-17T06:15:00Z",
      subscription_ids: affectedIds(1, 116),
    },
    {
      code: "manual_changes",
      title: "Changes by hand in the database",
      confidence: 0.42,
      supporting: ["6 rows of the database have no subscription in Stripe and no time in common."],
      contradicting: [],
      confirm_by: "Ask who wrote these rows.",
      action: "Action 2, one by one.",
      from: null,
      to: null,
      subscription_ids: affectedIds(501, 6),
    },
  ],
  not_tested: [{ what: "webhook_secret_rotated", why: "no webhook log was given" }],
  next_step: "Fix webhook delivery first, then reconcile the 116 subscriptions (Actions 1, 3 and 4).",
});

/** The findings where nothing has anything in common. */
export const NO_PATTERN: Findings = findingsSchema.parse({
  ...OUTAGE,
  pattern: "none",
  headline: "No pattern: 4 subscriptions differ, and nothing sets them apart from the others",
  subscriptions: 4,
  discrepancies: 4,
  onset: { at: null, low: null, high: null, ends: null, shape: "none" },
  by_kind: { status_mismatch: 4 },
  transitions: [],
  metadata_keys: [],
  fields: [],
  frequency: { bucket: "day", series: [], by_transition: [], by_dimension: [] },
  concentrations: [],
  causes: [],
  not_tested: [],
  next_step: "Continue to Step 3: check the webhook processing history of these subscriptions.",
});

/** The same findings with every text replaced by one of the given. */
export function findingsOf(texts: readonly string[]): Findings {
  const [first = ""] = texts;
  return findingsSchema.parse({
    ...OUTAGE,
    headline: first,
    transitions: texts.map((from, index) => ({ from, to: texts.at(-1 - index) ?? "", count: index + 1 })),
    metadata_keys: texts.map((key) => ({ key, added: 1, removed: 1, changed: 1 })),
    fields: texts.map((field) => ({ field, count: 1 })),
    concentrations: texts.map((text) => ({ ...OUTAGE.concentrations[0], dimension: text, value: text })),
    causes: texts.map((text) => ({
      ...OUTAGE.causes[0],
      title: text,
      supporting: [text],
      contradicting: [text],
      confirm_by: text,
      action: text,
      subscription_ids: [text],
    })),
    not_tested: texts.map((text) => ({ what: text, why: text })),
    next_step: first,
  });
}

/** The first element of a result that a selector finds. */
export function partOf(html: string, selector: string): Element {
  const part = new JSDOM(html).window.document.querySelector(selector);
  if (part === null) throw new Error(`no ${selector}`);
  return part;
}
