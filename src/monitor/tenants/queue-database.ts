import type { Client } from "pg";
import { connectDatabase } from "../../sources/postgres/connect-database";

/**
 * Connects to the database that the workers have in common: RECON_QUEUE_URL, else DATABASE_URL. Locks are held in sessions, so it has
 * to be the server itself and not a pooler that shares sessions out.
 */
export function connectQueue(applicationName: string): Promise<Client> {
  const { RECON_QUEUE_URL: own, DATABASE_URL: usual } = process.env;
  return connectDatabase(own === undefined || own.trim() === "" ? usual : own, { applicationName });
}
