import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import { type Found, readFound } from "../reconcile/read-found";
import { reconcile } from "../reconcile/reconcile";
import { COPY_CSV } from "../sources/postgres/copy-csv";
import { type Sidecar, sidecarSchema } from "../sources/sidecar";
import { API_VERSION, type StripeAccount } from "../sources/stripe-api/connect-stripe";
import { openWorkspace } from "../sources/workspace";
import type { Kind } from "../subscription";
import type { BothSides } from "./both-sides";
import type { MappedTable } from "./map-table";

/** How the rows are compared, and where that is kept. */
export interface CompareOptions {
  readonly account: StripeAccount;
  /** Metadata keys that may stand in the database alone, beside those of the configuration. */
  readonly keptKeys: readonly string[];
  /** Folder that the two small exports and the comparison are kept in; nothing is kept when left out. */
  readonly keepIn?: string | undefined;
}

/**
 * Compares what was read of both sides by the same comparison that reports are made with: it is given two small exports.
 */
export async function compareBothSides(
  sides: BothSides,
  table: MappedTable,
  options: CompareOptions,
): Promise<readonly Found[]> {
  const workspace = openWorkspace();
  const folder = options.keepIn ?? workspace.directory;
  try {
    await mkdir(folder, { recursive: true });
    const stripe = join(folder, "stripe.ndjson");
    const database = join(folder, "database.csv");
    const objects = [...sides.stripe.values()].flatMap((answer) =>
      answer.kind === "found" ? [`${JSON.stringify(answer.subscription)}\n`] : [],
    );
    const rows = [...sides.database.values()].flat();
    await writeExport(stripe, objects.join(""), stripeSidecar(sides, options.account, objects.length));
    const names = table.table.columns.map(({ name }) => name);
    const lines = [names, ...rows.map((row) => names.map((name) => row[name] ?? null))];
    const csv = stringify(lines, COPY_CSV);
    await writeExport(database, csv, databaseSidecar(sides, rows.length));
    if (objects.length === 0 || rows.length === 0) return oneSided(sides);
    const config = join(folder, "recon.json");
    await writeFile(config, JSON.stringify(withKept(table.config, options.keptKeys), null, 2));
    await reconcile({ stripe, database, out: folder, config });
    return await readFound(folder);
  } finally {
    workspace.close();
  }
}

function withKept(config: MappedTable["config"], kept: readonly string[]): MappedTable["config"] {
  // A table and the words that are written do not concern a comparison; they are kept for who reads the file.
  const owned = [...new Set([...(config.metadata?.owned_by_app ?? []), ...kept])];
  return { ...config, metadata: { ...config.metadata, owned_by_app: owned } };
}

/** Where one side has nothing of what was asked for, there is nothing to compare. */
function oneSided(sides: BothSides): Found[] {
  const found = (id: string, kind: Kind, row: Partial<Found>): Found => ({
    subscription_id: id,
    kind,
    disposition: "actionable",
    reason: null,
    tenant_id: null,
    stripe_status: null,
    database_status: null,
    details: "{}",
    ...row,
  });
  return [...sides.stripe].flatMap(([id, answer]) => {
    const rows = sides.database.get(id) ?? [];
    if (answer.kind === "found" && rows.length === 0)
      return [found(id, "missing_in_database", { stripe_status: answer.subscription.status })];
    return answer.kind !== "found" && rows.length > 0 ? [found(id, "missing_in_stripe", {})] : [];
  });
}

async function writeExport(path: string, text: string, sidecar: Omit<Sidecar, "sha256">): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  const sha256 = createHash("sha256").update(text).digest("hex");
  await writeFile(`${path}.meta.json`, `${JSON.stringify(sidecarSchema.parse({ ...sidecar, sha256 }), null, 2)}\n`);
}

/** Complete as far as was asked: what is not there, Stripe has denied. */
function stripeSidecar(sides: BothSides, account: StripeAccount, rows: number): Omit<Sidecar, "sha256"> {
  return {
    schema_version: 1,
    side: "stripe",
    account_id: account.id,
    livemode: account.livemode,
    api_version: API_VERSION,
    started_at: sides.stripeFrom,
    finished_at: sides.stripeTo,
    rows,
    complete: true,
  };
}

function databaseSidecar(sides: BothSides, rows: number): Omit<Sidecar, "sha256"> {
  return {
    schema_version: 1,
    side: "database",
    server_version: sides.serverVersion,
    snapshot_at: sides.databaseAt,
    started_at: sides.databaseAt,
    finished_at: sides.databaseAt,
    rows,
    complete: true,
  };
}
