/** When both exports were taken. */
export const TAKEN_AT = "2026-06-01T12:00:00Z";

/** The options that say so. */
export const AS_OF = ["--stripe-as-of", TAKEN_AT, "--database-as-of", TAKEN_AT] as const;

/** The id of the n-th subscription. */
export function idOf(n: number): string {
  return `sub_1PqRs${String(n).padStart(6, "0")}IgSzDCinL0`;
}

/** The n-th subscription as Stripe's API gives it; every fifth was canceled. */
export function apiObject(n: number): object {
  const ended = n % 5 === 0 ? { status: "canceled", canceled_at: 1_740_000_000, ended_at: 1_740_000_000 } : {};
  return {
    id: idOf(n),
    object: "subscription",
    customer: `cus_${n}`,
    status: "active",
    created: 1_735_689_600 + n,
    livemode: true,
    metadata: { plan: "pro", n: `n${n}` },
    ...ended,
  };
}

/** The numbers from 1 to `count`. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** A list as the Stripe CLI prints it: the n-th subscription begins in line 4 + 11 (n - 1), three lines later from the second canceled on. */
export function stripeList(count: number): string {
  return `${JSON.stringify({ object: "list", data: upTo(count).map(apiObject), has_more: false, url: "/v1/subscriptions" }, null, 2)}\n`;
}

/** One object a line: the n-th subscription stands in line n. */
export function stripeLines(count: number): string {
  return upTo(count)
    .map((n) => `${JSON.stringify(apiObject(n))}\n`)
    .join("");
}

/** A Dashboard export: the n-th subscription stands in line n + 1. */
export function stripeCsv(count: number): string {
  const rows = upTo(count).map((n) => {
    const [status, ended] = n % 5 === 0 ? ["canceled", "2025-02-19 21:20"] : ["active", ""];
    return `${idOf(n)},cus_${n},${status},2025-01-01 00:00,${ended},pro,n${n}`;
  });
  return linesOf("id,Customer ID,Status,Created (UTC),Ended At (UTC),plan (metadata),n (metadata)", ...rows);
}

/** The n-th row of the database; it stands in line n + 1. */
export function databaseRow(n: number): string {
  const status = n % 5 === 0 ? "canceled" : "active";
  return `${idOf(n)},cus_${n},${status},"{""n"": ""n${n}"", ""plan"": ""pro""}",2025-01-01 00:00:05+00,2025-03-01 00:00:00+00`;
}

export const DATABASE_HEADER = "id,customer_id,status,metadata,created_at,updated_at";

/** The database's table as psql copies it. */
export function databaseCsv(count: number): string {
  return linesOf(DATABASE_HEADER, ...upTo(count).map(databaseRow));
}

/** The same as JSON, one row a line between the brackets: the n-th stands in line n + 1. */
export function databaseJson(count: number): string {
  const rows = upTo(count).map((n) => ({
    id: idOf(n),
    customer_id: `cus_${n}`,
    status: n % 5 === 0 ? "canceled" : "active",
    metadata: { n: `n${n}`, plan: "pro" },
    created_at: "2025-01-01 00:00:05+00",
    updated_at: "2025-03-01 00:00:00+00",
  }));
  return `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`;
}

/** Lines with their line ends. */
export function linesOf(...lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

/** A text with one line, counted from 1, changed. */
export function withLine(text: string, line: number, change: (line: string) => string): string {
  return text
    .split("\n")
    .map((each, index) => (index === line - 1 ? change(each) : each))
    .join("\n");
}
