import type { Client } from "pg";
import type { FoundTable } from "./find-table";

/**
 * Whether row-level security may hide rows of a table, or of those beneath a view, from this user. PostgreSQL is asked to refuse
 * such a query instead of leaving rows out. Source: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
 *
 * Must be called within a transaction.
 */
export async function hidesRows(client: Client, table: FoundTable): Promise<boolean> {
  await client.query("SAVEPOINT row_security");
  try {
    await client.query("SET LOCAL row_security = off");
    await client.query(`EXPLAIN SELECT FROM ${table.sql}`);
    return false;
  } catch (error) {
    if ((error as Error).message.includes("row-level security")) return true;
    throw error;
  } finally {
    await client.query("ROLLBACK TO SAVEPOINT row_security").catch(() => undefined);
  }
}
