import { escapeIdentifier, escapeLiteral } from "pg";
import { ReconError } from "../../recon-error";
import { type Config, configuredColumns } from "../config";
import { checkColumn } from "./check-column";
import { type DatabaseTarget, databaseText } from "./database-target";
import type { TableDescription } from "./table-description";

/** Which rows: column → the values it may have, as in `recon.json`. */
export type Where = Readonly<Record<string, readonly string[]>>;

/** What is read of a table. */
export interface ExportQuery {
  readonly sql: string;
  /** Columns that this user may not read, and that are left out therefore. */
  readonly unreadable: readonly string[];
}

/**
 * The rows to export, with all columns this user may read: what an export by psql holds, so that the mapping of a file and of a live
 * table is one.
 *
 * @throws ReconError when a column of the filter or the configuration is not there, or is closed to this user.
 */
export function exportQuery(
  target: DatabaseTarget,
  table: TableDescription,
  where: Where,
  config: Config | null,
): ExportQuery {
  const needed = new Map<string, string>();
  for (const name of Object.keys(where)) needed.set(name, `--where ${name}=…`);
  for (const name of Object.keys(config?.database?.only ?? {})) needed.set(name, "the configuration filters on it");
  for (const [column, name] of Object.entries(configuredColumns(config, "database")))
    needed.set(name, `the configuration reads ${column} from it`);
  for (const [name, asker] of needed) checkColumn(table, name, asker);

  const readable = table.columns.filter(({ canSelect }) => canSelect).map(({ name }) => name);
  const unreadable = table.columns.filter(({ canSelect }) => !canSelect).map(({ name }) => name);
  const closed = unreadable.find((name) => needed.has(name));
  if (readable.length === 0 || closed !== undefined) {
    const what = closed === undefined ? table.sql : `the column "${closed}" of ${table.sql}`;
    throw new ReconError(
      "no_right",
      `PostgreSQL: user "${target.user}" of ${databaseText(target)} has no right to read ${what}. Grant it: GRANT SELECT ON ${table.sql} TO ${escapeIdentifier(target.user ?? "")};`,
    );
  }
  const conditions = Object.entries(where).map(
    ([name, values]) => `${escapeIdentifier(name)} IN (${values.map(escapeLiteral).join(", ")})`,
  );
  const filter = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return { sql: `SELECT ${readable.map(escapeIdentifier).join(", ")} FROM ${table.sql}${filter}`, unreadable };
}
