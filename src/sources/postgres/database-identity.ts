import type { Client } from "pg";
import { databaseText } from "./database-target";

/** The same database, by whatever name and through whatever replica it is reached. PostgreSQL keeps the number from its initdb on. */
const IDENTITY =
  "SELECT current_database() || ' of cluster ' || system_identifier AS identity FROM pg_control_system()";

/** What a database is told by, when two processes must read the same one; where the server hides its number, its address. */
export async function databaseIdentity(client: Client): Promise<string> {
  try {
    const { rows } = await client.query<{ identity: string }>(IDENTITY);
    return rows[0]?.identity ?? databaseText(client);
  } catch {
    return databaseText(client);
  }
}
