import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "pg";
import type PgBoss from "pg-boss";
import { explainFailure } from "../../explain-failure";
import { ReconError } from "../../recon-error";
import { type Engine, openEngine } from "../../reconcile/open-engine";
import { connectDatabase } from "../../sources/postgres/connect-database";
import { databaseIdentity } from "../../sources/postgres/database-identity";
import { readDatabaseUrl } from "../../sources/postgres/database-url";
import type { StripeConnection } from "../../sources/stripe-api/connect-stripe";
import { readKey } from "../../sources/stripe-api/read-key";
import { openWorkspace, type Workspace } from "../../sources/workspace";
import type { LiveSides } from "./look-again";
import { connectQueue } from "./queue-database";
import { reconcileTenant } from "./reconcile-tenant";
import { type Line, reopeningLine } from "./reopening-line";
import { checkAccount, connectSharing } from "./shared-stripe";
import type { TenantFacts } from "./tenant-facts";
import { type LockHolder, lockHolder } from "./tenant-lock";
import { openQueue, putBack, TAKEN_FOR_SECONDS, TENANTS, type TenantJob } from "./tenant-queue";
import { acceptResult, factsFor, fetchPart, openStore } from "./tenant-store";

/** How a worker is run, and what it is told. The sides and the queue are those of the environment. */
export interface WorkerOptions {
  /** Ends it after the tenant it is at. */
  readonly signal: AbortSignal;
  /** Told what it does, a sentence each. */
  readonly onNotice: (sentence: string) => void;
}

/** How long a worker waits before it looks for a job again, in milliseconds. */
const LOOKS_AGAIN_MS = 500;
const LOOKS_AFTER_FAILURE_MS = 5000;

/** What ails the worker and no tenant: it ends, and the others go on. */
const UNFIT: ReadonlySet<string> = new Set([
  ...["wrong_account", "wrong_database", "other_version", "no_database_url", "bad_database_url"],
  ...["stripe_no_key", "stripe_key", "stripe_key_revoked", "stripe_account", "stripe_no_right", "stripe_api_base"],
]);

/** What a worker keeps from one tenant to the next. */
interface Bench {
  readonly line: Line;
  readonly boss: PgBoss;
  readonly worker: string;
  readonly onNotice: (sentence: string) => void;
  readonly stripe: Map<number, Promise<StripeConnection>>;
  /** The database that DATABASE_URL was found to lead to. */
  database: string | null;
  holder: LockHolder | null;
  engine: { readonly engine: Engine; readonly workspace: Workspace } | null;
}

/**
 * Takes tenants off the queue and reconciles them, one after the other, until it is told to stop. Any number of workers do so at once,
 * on any number of machines; what one that dies was at is taken up by another.
 *
 * @throws ReconError when the queue cannot be opened, or the worker cannot read the sides that were exported
 */
export async function runWorker({ signal, onNotice }: WorkerOptions): Promise<void> {
  readKey(process.env["STRIPE_API_KEY"]);
  readDatabaseUrl(process.env["DATABASE_URL"]);
  const line = reopeningLine(() => connectQueue("recon worker"));
  const worker = `${hostname()} ${process.pid}`;
  try {
    await openStore(line);
    const boss = await openQueue(line);
    const bench: Bench = {
      line,
      boss,
      worker,
      onNotice,
      stripe: new Map(),
      database: null,
      holder: null,
      engine: null,
    };
    onNotice("Waiting for tenants.");
    try {
      while (!signal.aborted) await lookForJob(bench, signal);
    } finally {
      await boss.stop({ graceful: false });
      await closeBench(bench);
    }
  } finally {
    await line.end();
  }
}

async function lookForJob(bench: Bench, signal: AbortSignal): Promise<void> {
  const pause = (ms: number): Promise<unknown> => wait(ms, undefined, { signal }).catch(() => undefined);
  try {
    // The queue itself takes a database that is gone for an empty queue.
    await bench.line.query("SELECT");
    const [job] = await bench.boss.fetch<TenantJob>(TENANTS);
    if (job === undefined) await pause(LOOKS_AGAIN_MS);
    else await takeJob(bench, job);
  } catch (error) {
    if (isUnfit(error)) throw error;
    bench.onNotice(`${explainFailure(error).message} Trying again.`);
    await closeBench(bench);
    await pause(LOOKS_AFTER_FAILURE_MS);
  }
}

async function takeJob(bench: Bench, { id, data }: PgBoss.Job<TenantJob>): Promise<void> {
  const { line, boss } = bench;
  const { run_id, tenant } = data;
  bench.holder ??= await lockHolder(await connectQueue(`recon worker ${process.pid}`));
  const { holder } = bench;
  if (!(await holder.take(run_id, tenant))) return putBack(boss, id, data, TAKEN_FOR_SECONDS);
  try {
    const facts = await factsFor(line, run_id, tenant);
    if (facts !== null) await reconcileJob(bench, holder, facts, data);
    await boss.complete(TENANTS, id);
  } catch (error) {
    if (isUnfit(error)) {
      await putBack(boss, id, data, 1);
      throw error;
    }
    const { message } = explainFailure(error);
    bench.onNotice(`${nameOf(tenant)}: ${message}`);
    await closeBench(bench);
    await boss.fail(TENANTS, id, { message });
  } finally {
    await holder.release(run_id, tenant).catch(() => closeBench(bench));
  }
}

async function reconcileJob(
  bench: Bench,
  holder: LockHolder,
  facts: TenantFacts,
  { run_id, tenant }: TenantJob,
): Promise<void> {
  const { line, worker } = bench;
  const startedAt = new Date();
  const workspace = openWorkspace();
  try {
    bench.engine ??= await openBench();
    const relations = await fetchPart(line, run_id, tenant, workspace);
    const live = liveSides(bench, facts);
    await checkSides(bench, facts, live);
    const result = await reconcileTenant(bench.engine.engine, facts, run_id, relations, live, workspace);
    // By the session that holds the lock: where it was lost, another may be at the tenant, and the result is not accepted.
    const times = { startedAt, finishedAt: new Date() };
    const query = holder.query as unknown as Line["query"];
    const isFirst = await acceptResult(query, run_id, tenant, worker, result, times);
    const { verdict, affected_subscriptions } = result.summary;
    bench.onNotice(
      isFirst
        ? `${nameOf(tenant)}: ${verdict}, ${affected_subscriptions} subscriptions affected`
        : `${nameOf(tenant)}: another result was accepted before; this one is dropped`,
    );
  } finally {
    workspace.close();
  }
}

function liveSides({ line, stripe }: Bench, facts: TenantFacts): LiveSides {
  const { rate } = facts;
  return {
    stripe: async () => {
      const connecting =
        stripe.get(rate) ?? connectSharing(line, { stripeAccount: facts.stripe_account, requestsPerSecond: rate });
      stripe.set(rate, connecting);
      const connection = await connecting.catch((error: unknown) => {
        stripe.delete(rate);
        throw error;
      });
      checkAccount(connection, facts);
      return connection;
    },
    connect: () => connectSame(facts),
  };
}

/** Before the first tenant, also one that needs nobody to be asked: a worker of other sides has no say. */
async function checkSides(bench: Bench, facts: TenantFacts, live: LiveSides): Promise<void> {
  await live.stripe();
  if (bench.database === facts.database) return;
  const client = await live.connect();
  await client.end();
  bench.database = facts.database;
}

/** @throws ReconError when DATABASE_URL leads to another database than the one that was exported */
async function connectSame({ database }: TenantFacts): Promise<Client> {
  const client = await connectDatabase(process.env["DATABASE_URL"], { applicationName: "recon worker" });
  const identity = await databaseIdentity(client);
  if (identity === database) return client;
  await client.end().catch(() => undefined);
  throw new ReconError(
    "wrong_database",
    `The export is of ${database}, this worker's DATABASE_URL leads to ${identity}. Give the same database.`,
  );
}

async function openBench(): Promise<NonNullable<Bench["engine"]>> {
  const workspace = openWorkspace();
  const engine = await openEngine({ temporaryDirectory: workspace.file("spill") });
  // Tenants are small and workers many: one thread each does more in the same time.
  await engine.run("SET threads = 1");
  return { workspace, engine };
}

/** Gives up what may be broken; it is opened again when it is needed. */
async function closeBench(bench: Bench): Promise<void> {
  const { holder, engine } = bench;
  bench.holder = null;
  bench.engine = null;
  engine?.engine.close();
  engine?.workspace.close();
  await holder?.close();
}

function isUnfit(error: unknown): boolean {
  return error instanceof ReconError && UNFIT.has(error.code);
}

function nameOf(tenant: string): string {
  return tenant === "" ? "No tenant" : `Tenant ${tenant}`;
}
