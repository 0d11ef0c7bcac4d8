import { readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Findings } from "../../reconcile/compare-exports";
import type { Engine } from "../../reconcile/open-engine";
import type { JoinSide } from "../../reconcile/pair";
import type { Column } from "../../sources/column";
import { sqlText } from "../../sources/sql-text";
import { LIVE_STATUSES, type Side } from "../../subscription";

/** The rows of one tenant in both exports. */
export interface TenantPart {
  /** As the rows name it; the empty text for what belongs to no tenant. */
  readonly tenant: string;
  /** Whether something of it was in flight at the time of the exports. */
  readonly moving: boolean;
  /** Name → path of a Parquet file; `stripe-…`, `database-…`, and `customers-…` for what its customers have with other tenants. */
  readonly files: ReadonlyMap<string, string>;
}

/** A side's rows as they were joined; their lines in the file say nothing in a part. */
function rowsOf({ source, query }: JoinSide): string {
  return source.line === null ? query : `SELECT * EXCLUDE (line) FROM (${query})`;
}

/**
 * Creates `tenant_of`: one row an id of either side, with the one tenant it belongs to: that of its row in the database, else the one
 * its metadata in Stripe name, else the empty text; of several rows, the one that counts. So an id stands in one part on both sides, and
 * the parts of a join are its whole. Also the customer it counts for, and the one it is judged by, as in `customers` of a comparison.
 */
function createTenantOf({ stripe, database }: Readonly<Record<Side, JoinSide>>): string {
  const inMetadata = has(stripe, "metadata", "json_extract_string(metadata_json(metadata), '/tenant_id')");
  const live = LIVE_STATUSES.map(sqlText).join(", ");
  return `
  CREATE OR REPLACE TEMP TABLE tenant_of AS
  WITH
    stripe AS (
      SELECT id, ${inMetadata} AS tenant, ${has(stripe, "customer_id")} AS customer, lower(status) IN (${live}) AS lives
      FROM (${rowsOf(stripe)})
      WHERE id IS NOT NULL
    ),
    database AS (
      SELECT id, ${has(database, "tenant_id")} AS tenant, ${has(database, "customer_id")} AS customer
      FROM (${rowsOf(database)})
      WHERE id IS NOT NULL
    )
  SELECT
    coalesce(stripe.id, database.id) AS id,
    coalesce(database.tenant, stripe.tenant, '') AS tenant,
    CASE WHEN stripe.id IS NULL THEN database.customer ELSE stripe.customer END AS customer,
    coalesce(stripe.customer, database.customer) AS named,
    stripe.id IS NOT NULL AS in_stripe,
    coalesce(stripe.lives, false) AS lives,
    database.id IS NOT NULL AS in_database
  FROM stripe
  FULL JOIN database ON stripe.id = database.id`;
}

/** SQL for a text of a side; NULL where its export has no such column. */
function has({ source }: JoinSide, column: Column, text: string = column): string {
  return `CAST(${source.columns[column] === undefined ? "NULL" : text} AS VARCHAR)`;
}

/** Creates `parts`: one row a tenant, numbered, with whether something of it is in flight. Rows without an id belong to no tenant. */
const CREATE_PARTS = `
  CREATE OR REPLACE TEMP TABLE parts AS
  WITH
    tenants AS (SELECT DISTINCT tenant FROM tenant_of UNION SELECT ''),
    moving AS (
      SELECT DISTINCT tenant
      FROM tenant_of
      JOIN discrepancies ON discrepancies.subscription_id = tenant_of.id
      WHERE disposition = 'in_flight'
    )
  SELECT tenant, tenant IN (FROM moving) AS moving, row_number() OVER (ORDER BY tenant) AS part
  FROM tenants`;

/** Rows of a side with the number of their part. */
function partedRows(side: JoinSide): string {
  return `
  SELECT rows.*, parts.part
  FROM (${rowsOf(side)}) AS rows
  LEFT JOIN tenant_of ON tenant_of.id = rows.id
  JOIN parts ON parts.tenant = coalesce(tenant_of.tenant, '')`;
}

/** One row a part and customer of its rows: the subscriptions of the customer that stand in other parts. Few customers have any. */
const CUSTOMERS_ELSEWHERE = `
  WITH
    own AS (
      SELECT
        customer,
        tenant,
        count(*) AS subscriptions,
        count(*) FILTER (in_stripe) AS in_stripe,
        count(*) FILTER (lives) AS live,
        count(*) FILTER (in_database) AS in_database
      FROM tenant_of
      WHERE customer IS NOT NULL
      GROUP BY customer, tenant
    ),
    everywhere AS (
      SELECT
        customer,
        sum(subscriptions)::BIGINT AS subscriptions,
        sum(in_stripe)::BIGINT AS in_stripe,
        sum(live)::BIGINT AS live,
        sum(in_database)::BIGINT AS in_database
      FROM own
      GROUP BY customer
    )
  SELECT
    parts.part,
    customer,
    everywhere.in_stripe - coalesce(own.in_stripe, 0) AS in_stripe,
    everywhere.live - coalesce(own.live, 0) AS live,
    everywhere.in_database - coalesce(own.in_database, 0) AS in_database
  FROM (SELECT DISTINCT named AS customer, tenant FROM tenant_of) AS asked
  JOIN everywhere USING (customer)
  LEFT JOIN own USING (customer, tenant)
  JOIN parts USING (tenant)
  WHERE everywhere.subscriptions > coalesce(own.subscriptions, 0)`;

/**
 * Splits two exports that were just compared by tenant, typed, as Parquet files in `folder`.
 *
 * @param findings - of the comparison; its tables stand in the engine
 * @returns the parts in order of their tenants; each has files of both sides, if only without a row
 */
export async function splitByTenant(
  engine: Engine,
  { sides, allRows }: Pick<Findings, "sides" | "allRows">,
  folder: string,
): Promise<TenantPart[]> {
  await engine.run(createTenantOf(sides));
  await engine.run(CREATE_PARTS);
  const queries = {
    stripe: partedRows(allRows.stripe),
    database: partedRows(allRows.database),
    customers: CUSTOMERS_ELSEWHERE,
  };
  const files: Record<string, ReadonlyMap<number, readonly string[]>> = {};
  const empty: Record<string, string> = {};
  for (const [name, query] of Object.entries(queries)) {
    await mkdir(join(folder, name), { recursive: true });
    empty[name] = join(folder, `${name}.parquet`);
    await engine.run(
      `COPY (SELECT * EXCLUDE (part) FROM (${query}) LIMIT 0) TO ${sqlText(empty[name])} (FORMAT parquet)`,
    );
    await engine.run(
      `COPY (${query}) TO ${sqlText(join(folder, name))} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (part), WRITE_PARTITION_COLUMNS false, OVERWRITE_OR_IGNORE)`,
    );
    files[name] = filesByPart(join(folder, name));
  }
  const parts = await engine.rows<{ tenant: string; moving: boolean; part: number }>(
    "SELECT tenant, moving, part FROM parts ORDER BY part",
  );
  return parts
    .filter(({ tenant, part }) => tenant !== "" || files["stripe"]?.has(part) || files["database"]?.has(part))
    .map(({ tenant, moving, part }) => ({
      tenant,
      moving,
      files: new Map(
        Object.keys(queries).flatMap((name) =>
          (files[name]?.get(part) ?? [empty[name] as string]).map((path, index) => [`${name}-${index}`, path] as const),
        ),
      ),
    }));
}

/** The files that DuckDB wrote into `part=N/`. */
function filesByPart(folder: string): Map<number, string[]> {
  return new Map(
    readdirSync(folder).map((name) => [
      Number(name.replace("part=", "")),
      readdirSync(join(folder, name)).map((file) => join(folder, name, file)),
    ]),
  );
}
