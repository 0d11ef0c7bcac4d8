import { setTimeout as wait } from "node:timers/promises";
import type PgBoss from "pg-boss";
import { ReconError } from "../../recon-error";
import type { Line } from "./reopening-line";
import { COUNT_LOCKS } from "./tenant-lock";
import { FAILED, type TenantJob } from "./tenant-queue";
import { countResults } from "./tenant-store";

/** So long nobody may be at a tenant before the run is given up, beside the time for which tenants are kept back. */
const IDLE_SECONDS = 1800;
/** After so long without a worker, it is said that there is none. */
const LONELY_SECONDS = 15;
const LOOKS_AGAIN_MS = 500;

/**
 * Waits until every tenant of a run has its result.
 *
 * @param laterAt - when the tenants come up that were kept back
 * @throws ReconError when a tenant failed for good, or nobody works; an AbortError after `signal`
 */
export async function awaitTenants(
  line: Line,
  boss: PgBoss,
  runId: string,
  tenants: number,
  laterAt: Date,
  {
    onProgress = () => undefined,
    signal,
  }: { readonly onProgress?: ((step: string) => void) | undefined; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  let done = -1;
  let workedAt = Date.now();
  for (;;) {
    signal?.throwIfAborted();
    const failed = await failedJobs(boss, runId);
    if (failed !== null) throw failed;
    const now = await countResults(line, runId);
    if (now >= tenants) return;
    const { rows } = await line.query<{ held: number }>(COUNT_LOCKS);
    const held = rows[0]?.held ?? 0;
    if (now > done || held > 0) workedAt = Date.now();
    done = now;
    const idleSeconds = (Date.now() - Math.max(workedAt, laterAt.getTime())) / 1000;
    if (idleSeconds > IDLE_SECONDS)
      throw new ReconError(
        "no_worker",
        `${tenants - now} of ${tenants} tenants were not reconciled, as no worker took them for ${IDLE_SECONDS / 60} minutes. Start recon worker, on this machine or others.`,
      );
    const hint = idleSeconds > LONELY_SECONDS ? "; nobody is at them: start recon worker" : `, ${held} at work`;
    const kept =
      laterAt.getTime() > Date.now() ? `; those in flight from ${laterAt.toISOString().slice(11, 19)} UTC` : "";
    onProgress(`Tenants: ${now} of ${tenants} done${kept === "" ? hint : kept}`);
    await wait(LOOKS_AGAIN_MS, undefined, signal === undefined ? {} : { signal });
  }
}

/** The failure of a run whose tenant failed for good; null while none did. What other runs left there is taken away. */
async function failedJobs(boss: PgBoss, runId: string): Promise<ReconError | null> {
  const jobs = await boss.fetch<TenantJob>(FAILED, { batchSize: 100, includeMetadata: true });
  if (jobs.length === 0) return null;
  await boss.complete(
    FAILED,
    jobs.map(({ id }) => id),
  );
  const [first, ...others] = jobs.filter(({ data }) => data.run_id === runId);
  if (first === undefined) return null;
  const { message } = (first.output ?? {}) as { readonly message?: string };
  const more = others.length > 0 ? ` (and ${others.length} others)` : "";
  return new ReconError(
    "tenant_failed",
    `The tenant "${first.data.tenant}"${more} could not be reconciled: ${message ?? "its worker died each time. Is it too large for the memory of the machine?"}`,
  );
}
