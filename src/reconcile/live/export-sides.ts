import { mkdirSync, renameSync } from "node:fs";
import { basename, join } from "node:path";
import { ReconError } from "../../recon-error";
import { connectDatabase } from "../../sources/postgres/connect-database";
import type { Where } from "../../sources/postgres/export-query";
import { readWhere } from "../../sources/postgres/read-where";
import { connectStripe } from "../../sources/stripe-api/connect-stripe";
import { connectionText } from "../../sources/stripe-api/connection-text";
import type { StripeMode } from "../../sources/stripe-api/read-key";
import { openWorkspace } from "../../sources/workspace";
import { exportLive, GRACE_SECONDS, type LiveExports } from "./export-live";

/** Which live sides are read, and how. The key is STRIPE_API_KEY, the database DATABASE_URL. */
export interface SidesOptions {
  /** Folder for both exports and their sidecars; made if it is not there. */
  readonly out: string;
  /** The table or view, or schema.table; `subscriptions` when nothing is said. */
  readonly table?: string | null | undefined;
  /** Only rows with these values; or one condition as text, such as `tenant_id=tenant_001`. */
  readonly where?: Where | string | null | undefined;
  /** Path of a `recon.json`. */
  readonly config?: string | null | undefined;
  /** A key of the other mode is refused; any is taken when nothing is said. */
  readonly mode?: StripeMode | null | undefined;
  /** A connected account, `acct_…`, read with the platform's key. */
  readonly stripeAccount?: string | null | undefined;
  /** Requests to Stripe a second. */
  readonly rate?: number | null | undefined;
  readonly testClocks?: boolean | undefined;
  readonly statementTimeoutSeconds?: number | undefined;
  /** How long to wait before rows in flight are read again, in seconds; {@link GRACE_SECONDS} when nothing is said. */
  readonly graceSeconds?: number | undefined;
  readonly onProgress?: ((step: string) => void) | undefined;
  /** Told what a person should know, a sentence each. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Two exports of the live sides. */
export interface SideExports extends LiveExports {
  /** Requests sent to Stripe. */
  readonly stripeCalls: number;
}

/**
 * Exports both sides of the environment, as {@link exportLive} does. Nothing of it stands in the folder before all of it is done.
 *
 * @throws ReconError when a side cannot be read; an AbortError after `signal`
 */
export async function exportSides(options: SidesOptions): Promise<SideExports> {
  const { out, where, testClocks, statementTimeoutSeconds, onProgress, onNotice = () => undefined, signal } = options;
  const stripe = await connectStripe({
    key: process.env["STRIPE_API_KEY"],
    apiBase: process.env["STRIPE_API_BASE"],
    expectMode: options.mode ?? undefined,
    stripeAccount: options.stripeAccount ?? undefined,
    requestsPerSecond: options.rate ?? undefined,
    signal,
  });
  for (const sentence of connectionText(stripe)) onNotice(sentence);
  mkdirSync(out, { recursive: true });
  const scratch = openWorkspace(out);
  const made = await exportLive({
    ...{ stripe, out: scratch.directory, testClocks, statementTimeoutSeconds, onProgress, signal },
    connect: () => connectDatabase(process.env["DATABASE_URL"]),
    table: options.table ?? "subscriptions",
    where: typeof where === "string" ? readWhere(where) : (where ?? undefined),
    config: options.config ?? undefined,
    graceSeconds: options.graceSeconds ?? GRACE_SECONDS,
  })
    .then((exported) => ({ ...exported, ...moveTo(out, exported) }))
    .catch((error: unknown) => {
      throw withoutFolder(error, scratch.directory);
    })
    .finally(scratch.close);
  for (const warning of made.warnings) onNotice(`Note: ${warning}`);
  onNotice(
    `${made.reread} subscriptions in flight were read again, ${made.stillMoving} still moved; ${made.asked} that seemed missing in Stripe were asked for, ${made.absent} are not there.`,
  );
  return { ...made, stripeCalls: stripe.requests() };
}

/** Moves both exports and their sidecars to their place. */
export function moveTo(
  folder: string,
  { stripe, database }: Pick<LiveExports, "stripe" | "database">,
): Pick<LiveExports, "stripe" | "database"> {
  const place = (path: string): string => join(folder, basename(path));
  for (const path of [stripe, database].flatMap((each) => [each, `${each}.meta.json`])) renameSync(path, place(path));
  return { stripe: place(stripe), database: place(database) };
}

/** The exports of a failed run are gone: their folder says nothing. */
export function withoutFolder(error: unknown, folder: string): unknown {
  if (!(error instanceof ReconError) || !error.message.includes(folder)) return error;
  const { code, exitCode, cause } = error;
  return new ReconError(code, error.message.replaceAll(`${folder}/`, ""), { exitCode, cause });
}
