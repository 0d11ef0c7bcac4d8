import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import { HOSTILE } from "./hostile-strings";

/** When both exports were taken. */
export const TAKEN_AT = "2026-06-01T12:00:00Z";

const CREATED = 1_735_689_600;
const MISSED = "2026-03-03";

interface Row {
  readonly id: string;
  readonly customer: string;
  readonly tenant: string;
  readonly stripe: string | null;
  readonly database: string | null;
  readonly stripeMetadata?: Readonly<Record<string, string>>;
  readonly databaseMetadata?: Readonly<Record<string, string>>;
}

/**
 * Writes a Stripe export and a database export in which every hostile text stands as an id, a customer, a tenant, a status,
 * and as the name and the value of metadata, between subscriptions that agree.
 *
 * @returns the paths of the two
 */
export function writeHostileExports(folder: string): { readonly stripe: string; readonly database: string } {
  const stripe = join(folder, "stripe.json");
  const database = join(folder, "database.csv");
  const rows = allRows();
  writeFileSync(stripe, JSON.stringify({ object: "list", data: rows.flatMap(apiObject), has_more: false }));
  const header = ["id", "customer_id", "tenant_id", "status", "metadata", "livemode", "created_at", "updated_at"];
  writeFileSync(database, stringify([header, ...rows.flatMap(databaseRow)]));
  return { stripe, database };
}

function allRows(): Row[] {
  const agreeing = Array.from({ length: 300 }, (_, n) => row(`sub_agrees${n}`, `cus_${n}`, `tenant_${n % 7}`));
  const hostile = HOSTILE.flatMap((text, n): Row[] => [
    { ...row(`sub_${text}`, `cus_${text}`, text), database: null },
    { ...row(`sub_db${text}`, `cus_db${text}`, text), stripe: null },
    { ...row(`sub_status${n}`, text, text), stripe: "canceled", database: n % 2 === 0 ? text : "active" },
    { ...row(`sub_value${n}`, text, text), stripeMetadata: { plan: text }, databaseMetadata: { plan: `old ${text}` } },
    { ...row(`sub_name${n}`, text, text), stripeMetadata: { [`key ${text}`]: text } },
  ]);
  return [...agreeing, ...hostile];
}

function row(id: string, customer: string, tenant: string): Row {
  return { id, customer, tenant, stripe: "active", database: "active" };
}

function apiObject({ id, customer, tenant, stripe, stripeMetadata }: Row, n: number): object[] {
  if (stripe === null) return [];
  const missed = Date.parse(`${MISSED}T09:00:00Z`) / 1000 + n;
  const times = stripe === "canceled" ? { canceled_at: missed, ended_at: missed } : {};
  const metadata = { tenant_id: tenant, ...stripeMetadata };
  const created = CREATED + n;
  return [{ id, object: "subscription", customer, status: stripe, created, livemode: true, metadata, ...times }];
}

function databaseRow({ id, customer, tenant, database, databaseMetadata }: Row): string[][] {
  if (database === null) return [];
  const metadata = JSON.stringify({ tenant_id: tenant, ...databaseMetadata });
  const cells = [id, customer, tenant, database, metadata, "t", "2025-01-01 00:00:05+00", "2025-03-01 00:00:00+00"];
  // PostgreSQL holds no NUL, and an export with one is refused.
  return [cells.map((cell) => cell.replaceAll("\0", ""))];
}
