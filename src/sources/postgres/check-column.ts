import { ReconError } from "../../recon-error";
import { nearestNames } from "./nearest-names";
import type { TableDescription } from "./table-description";

/**
 * Makes sure that a table has a column of this name.
 *
 * @param asker - what names the column, such as `--where tenant=…`, for the message
 * @throws ReconError with the nearest names when there is none.
 */
export function checkColumn(table: TableDescription, name: string, asker: string): void {
  const names = table.columns.map((column) => column.name);
  if (names.includes(name)) return;
  throw new ReconError(
    "no_such_column",
    `PostgreSQL: ${asker}: ${table.schema}.${table.name} has no column "${name}". Nearest: ${nearestNames(name, names).join(", ")}.`,
  );
}
