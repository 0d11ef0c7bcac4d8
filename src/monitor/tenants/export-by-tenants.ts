import { mkdirSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type PgBoss from "pg-boss";
import { z } from "zod";
import { exportBoth, GRACE_SECONDS } from "../../reconcile/live/export-live";
import { moveTo, type SidesOptions, withoutFolder } from "../../reconcile/live/export-sides";
import { isoSeconds, newRunId } from "../../reconcile/summarize";
import { withComparison } from "../../reconcile/with-comparison";
import { readConfig } from "../../sources/config";
import { connectDatabase } from "../../sources/postgres/connect-database";
import { databaseIdentity } from "../../sources/postgres/database-identity";
import { readWhere } from "../../sources/postgres/read-where";
import type { StripeConnection } from "../../sources/stripe-api/connect-stripe";
import { connectionText } from "../../sources/stripe-api/connection-text";
import { openWorkspace } from "../../sources/workspace";
import { awaitTenants } from "./await-tenants";
import { exportHeader } from "./export-header";
import { gatherResults } from "./gather-results";
import { connectQueue } from "./queue-database";
import { type Line, reopeningLine } from "./reopening-line";
import { connectSharing } from "./shared-stripe";
import { splitByTenant } from "./split-by-tenant";
import { wholeFacts } from "./tenant-facts";
import { openQueue, queueTenants } from "./tenant-queue";
import {
  type AcceptedResult,
  closeRun,
  dropRun,
  openRun,
  openStore,
  putFacts,
  putPart,
  readResults,
} from "./tenant-store";

/** Which live sides are read, and for which period. */
export interface TenantsOptions extends SidesOptions {
  /** What is reconciled once: a time, in whole seconds. */
  readonly period: Date;
}

/** Two exports that the tenants looked at twice. */
export interface TenantExports {
  readonly stripe: string;
  readonly database: string;
  readonly results: readonly AcceptedResult[];
  /** Requests sent to Stripe, by all together. */
  readonly stripeCalls: number;
}

const time = z.iso.datetime();

/** `tenants.json`: who reconciled which tenant, and what it came to. Times are ISO 8601 in UTC. */
export const tenantsSchema = z.object({
  schema_version: z.literal(1),
  period: time,
  /** Discrepancies that the tenants found, and how many of them a comparison of the whole judges otherwise. */
  found: z.number().int().nonnegative(),
  differing: z.number().int().nonnegative(),
  tenants: z.array(
    z.object({
      /** The empty text: what belongs to no tenant. */
      tenant: z.string(),
      verdict: z.enum(["clean", "discrepancies", "incomparable"]),
      affected_subscriptions: z.number().int().nonnegative(),
      stripe: z.number().int().nonnegative(),
      database: z.number().int().nonnegative(),
      worker: z.string(),
      started_at: time,
      finished_at: time,
    }),
  ),
});

/** Its name in a bundle. */
export const TENANTS_FILE = "tenants.json";

/** A run that is under way. */
interface Run {
  readonly id: string;
  readonly period: string;
  readonly line: Line;
  readonly boss: PgBoss;
  readonly stripe: StripeConnection;
  /** Folder for the exports until they are done. */
  readonly scratch: string;
}

/**
 * Exports both sides of the environment once, has workers reconcile them tenant by tenant, and gathers what they learned: the exports
 * then say what a live report's would, and the folder gets `tenants.json`. Nothing of it stands in the folder before all of it is done.
 *
 * @throws ReconError when a side cannot be read, a tenant fails for good or no worker takes it; an AbortError after `signal`
 */
export async function exportByTenants(options: TenantsOptions): Promise<TenantExports> {
  const { out, onNotice = () => undefined, signal } = options;
  const period = isoSeconds(options.period);
  const line = reopeningLine(() => connectQueue("recon watch"));
  try {
    await openStore(line);
    const stripe = await connectSharing(line, {
      expectMode: options.mode ?? undefined,
      stripeAccount: options.stripeAccount ?? undefined,
      requestsPerSecond: options.rate ?? undefined,
      signal,
    });
    for (const sentence of connectionText(stripe)) onNotice(sentence);
    const boss = await openQueue(line);
    mkdirSync(out, { recursive: true });
    const scratch = openWorkspace(out);
    const id = newRunId(new Date());
    try {
      await openRun(line, id, period);
      const made = await reconcileRun({ id, period, line, boss, stripe, scratch: scratch.directory }, options);
      await rename(join(scratch.directory, TENANTS_FILE), join(out, TENANTS_FILE));
      return { ...made, ...moveTo(out, made) };
    } catch (error) {
      await dropRun(line, id).catch(() => undefined);
      throw withoutFolder(error, scratch.directory);
    } finally {
      scratch.close();
      await boss.stop({ graceful: false });
    }
  } finally {
    await line.end();
  }
}

async function reconcileRun(run: Run, options: TenantsOptions): Promise<TenantExports> {
  const { id, line, boss, stripe, scratch } = run;
  const { where, onProgress, onNotice = () => undefined, signal } = options;
  const config = options.config ?? undefined;
  const table = options.table ?? "subscriptions";
  const paths = { stripe: join(scratch, "stripe.ndjson.gz"), database: join(scratch, "database.csv.gz") };
  const sides = {
    stripe,
    connect: () => connectDatabase(process.env["DATABASE_URL"]),
    table,
    where: typeof where === "string" ? readWhere(where) : (where ?? undefined),
    testClocks: options.testClocks,
    statementTimeoutSeconds: options.statementTimeoutSeconds,
    onProgress,
    signal,
  };
  const { warnings } = await exportBoth(sides, paths, config === undefined ? null : await readConfig(config));
  for (const warning of warnings) onNotice(`Note: ${warning}`);
  const laterAt = new Date(Date.now() + (options.graceSeconds ?? GRACE_SECONDS) * 1000);

  onProgress?.("Handing out the tenants");
  const split = await withComparison({ ...paths, config }, async (compared) => {
    const workspace = openWorkspace();
    try {
      const parts = await splitByTenant(compared.engine, compared.findings, workspace.directory);
      for (const part of parts) await putPart(line, id, part);
      const client = await sides.connect();
      const database = await databaseIdentity(client).finally(() => client.end());
      await putFacts(line, id, {
        version: 1,
        account_id: stripe.account.id,
        livemode: stripe.account.livemode,
        stripe_account: options.stripeAccount ?? undefined,
        database,
        table,
        rate: stripe.requestsPerSecond,
        config: compared.config,
        header: await exportHeader(paths.database),
        ...(await wholeFacts(compared)),
      });
      return { parts, idColumn: compared.database.columnNames.id ?? "id" };
    } finally {
      workspace.close();
    }
  });
  await queueTenants(boss, id, split.parts, laterAt);
  const last = split.parts.some(({ moving }) => moving) ? laterAt : new Date();
  await awaitTenants(line, boss, id, split.parts.length, last, { onProgress, signal });

  onProgress?.("Gathering what the tenants found");
  const results = await readResults(line, id);
  const tenants = results.map(({ tenant }) => tenant);
  const gathered = await gatherResults(line, id, tenants, paths, split.idColumn, { config, rereadAt: stripe.now() });
  await writeFile(join(scratch, TENANTS_FILE), tenantsText(run.period, results, gathered));
  await closeRun(line, id);
  const workers = new Set(results.map(({ worker }) => worker)).size;
  onNotice(
    `${results.length} tenants were reconciled by ${workers} ${workers === 1 ? "worker" : "workers"}; ${gathered.reread} subscriptions in flight were read again, ${gathered.stillMoving} still moved; ${gathered.asked} that seemed missing in Stripe were asked for, ${gathered.absent} are not there.`,
  );
  if (gathered.differing > 0)
    onNotice(
      `Note: ${gathered.differing} discrepancies are judged otherwise by the comparison of the whole, which the report shows: something moved meanwhile by which all are judged.`,
    );
  return { ...paths, results, stripeCalls: stripe.requests() + gathered.requests };
}

function tenantsText(
  period: string,
  results: readonly AcceptedResult[],
  { found, differing }: { readonly found: number; readonly differing: number },
): string {
  const tenants = results.map(({ tenant, worker, started_at, finished_at, summary }) => ({
    tenant,
    verdict: summary.verdict,
    affected_subscriptions: summary.affected_subscriptions,
    stripe: summary.counts.stripe,
    database: summary.counts.database,
    worker,
    started_at,
    finished_at,
  }));
  const content = tenantsSchema.parse({ schema_version: 1, period, found, differing, tenants });
  return `${JSON.stringify(content, null, 2)}\n`;
}
