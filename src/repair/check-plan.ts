import type { Client } from "pg";
import { databaseText } from "../sources/postgres/database-target";
import { hidesRows } from "../sources/postgres/hides-rows";
import { readOnlySnapshot } from "../sources/postgres/read-only-snapshot";
import type { Live } from "./both-sides";
import type { MappedTable } from "./map-table";
import { type Plan, refuse, tableFingerprint } from "./plan";

/** The share of a table that one plan may change, unless told otherwise. */
export const MOST_SHARE = 0.05;

const PLAN_HOURS = 24;
const AGAIN = "Make a new plan.";

/**
 * The guards: whether a plan may be applied here and now. Nothing has been done when one refuses.
 *
 * @param maxShare - the largest share of the table's rows that may change, from 0 to 1
 * @throws ReconError (exit code 1) that says which guard refused, and what to do
 */
export async function checkPlan(
  plan: Plan,
  { stripe, client }: Live,
  mapped: MappedTable,
  { maxShare = MOST_SHARE, now = new Date() }: { readonly maxShare?: number | undefined; readonly now?: Date },
): Promise<void> {
  const { account } = stripe;
  const mode = (livemode: boolean): string => (livemode ? "live" : "test");
  if (account.livemode !== plan.livemode)
    throw refuse(
      "wrong_mode",
      `The plan is of ${mode(plan.livemode)} mode, the key of ${mode(account.livemode)} mode. Use a key of the plan's mode.`,
    );
  if (account.id !== plan.account_id)
    throw refuse(
      "wrong_account",
      `The plan is of Stripe account ${plan.account_id ?? "unknown"}, the key of ${account.id ?? "one it may not read"}. Use a key of the plan's account.`,
    );
  if (databaseText(client) !== plan.database)
    throw refuse(
      "wrong_database",
      `The plan is for ${plan.database}, DATABASE_URL leads to ${databaseText(client)}. Use the plan's database.`,
    );
  const hours = (now.getTime() - Date.parse(plan.created_at)) / 3_600_000;
  if (hours > PLAN_HOURS)
    throw refuse(
      "plan_too_old",
      `The plan is ${Math.floor(hours)} hours old; more than ${PLAN_HOURS} and too much has changed. ${AGAIN}`,
    );
  if (tableFingerprint(mapped.table) !== plan.table_fingerprint)
    throw refuse(
      "schema_changed",
      `${plan.table} has changed since the plan was made: its columns, keys, checks or triggers. ${AGAIN}`,
    );
  checkRights(plan, client, mapped);
  await checkTable(plan, client, mapped, maxShare);
}

function checkRights({ changes, table: name }: Plan, client: Client, { table }: MappedTable): void {
  for (const { name: column, canUpdate, canInsert } of table.columns) {
    const isWritten = (inserts: boolean): boolean =>
      changes.some(
        ({ action, after, stamped }) =>
          (action === "insert") === inserts && (Object.hasOwn(after, column) || stamped.includes(column)),
      );
    const right = isWritten(false) && !canUpdate ? "UPDATE" : isWritten(true) && !canInsert ? "INSERT" : null;
    if (right !== null)
      throw refuse(
        "no_right",
        `PostgreSQL: user "${client.user}" may not write "${column}" of ${name}. Grant it: GRANT ${right} ON ${name} TO …;`,
      );
  }
}

async function checkTable(
  { changes, table: name }: Plan,
  client: Client,
  { table }: MappedTable,
  maxShare: number,
): Promise<void> {
  const { rows: settings } = await client.query<{ replica: boolean; read_only: string }>(
    "SELECT pg_is_in_recovery() AS replica, current_setting('default_transaction_read_only') AS read_only",
  );
  if (settings[0]?.replica === true || settings[0]?.read_only === "on")
    throw refuse(
      "read_only",
      `PostgreSQL: ${databaseText(client)} is read-only for this user. Connect to the primary, as a user that may write.`,
    );
  const { hidden, rows } = await readOnlySnapshot(client, async () => {
    const counted = await client.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${table.sql}`);
    return { hidden: await hidesRows(client, table), rows: Number(counted.rows[0]?.rows ?? 0) };
  });
  if (hidden)
    throw refuse(
      "row_security",
      `PostgreSQL: row-level security may hide rows of ${name} from this user. Use a role with BYPASSRLS.`,
    );
  const share = changes.length / Math.max(1, rows);
  if (share > maxShare)
    throw refuse(
      "share_too_large",
      `The plan changes ${changes.length} of ${rows} rows, ${percent(share)}; more than ${percent(maxShare)} is sooner a wrong export than drift. If it is right, say so with --max-share ${Math.ceil(share * 100) / 100}.`,
    );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}
