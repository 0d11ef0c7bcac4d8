import { ReconError } from "../recon-error";
import type { Side } from "../subscription";
import { COLUMN_NAMES, COLUMNS, type Column, plainName } from "./column";

/** Of a table: its header and the values of its first rows, column by column. */
export interface TableHead {
  readonly names: readonly string[];
  readonly values: (index: number) => readonly string[];
}

/** A Stripe subscription id, of any age. */
export const SUBSCRIPTION_ID = /^sub_[A-Za-z0-9_]+$/;

/** Columns whose name also means something else on one side. */
const ONLY_IN_DATABASE: readonly Column[] = ["tenant_id", "updated", "archived_at"];

/**
 * Finds our columns in a table: what the configuration names, the id by its `sub_…` values before its name, the rest by name.
 *
 * @returns our column → index in the header.
 * @throws ReconError when the id or the status is not to be found, or the configuration names a column that is not there.
 */
export function chooseColumns(
  path: string,
  side: Side,
  head: TableHead,
  configured: Readonly<Partial<Record<Column, string>>>,
): Partial<Record<Column, number>> {
  const plain = head.names.map(plainName);
  const chosen: Partial<Record<Column, number>> = {};
  for (const [column, name] of Object.entries(configured) as [Column, string][]) {
    chosen[column] = findConfigured(path, head.names, column, name);
  }
  const id = chosen.id ?? findId(head, plain);
  if (id === undefined) {
    throw new ReconError(
      "no_id_column",
      `${path}, line 1: no column holds Stripe subscription ids (sub_…). Found: ${listNames(head.names)}. Name it in recon.json and pass --config.`,
    );
  }
  chosen.id = id;
  for (const column of COLUMNS) {
    if (side === "stripe" && ONLY_IN_DATABASE.includes(column)) continue;
    const index = COLUMN_NAMES[column].map((name) => plain.indexOf(name)).find((found) => found >= 0 && found !== id);
    if (index !== undefined) chosen[column] ??= index;
  }
  if (chosen.status === undefined) {
    throw new ReconError(
      "no_status_column",
      `${path}, line 1: there is no status column. Found: ${listNames(head.names)}. Export it too, or name it in recon.json and pass --config.`,
    );
  }
  return chosen;
}

function findConfigured(path: string, names: readonly string[], column: Column, name: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw new ReconError(
    "no_such_column",
    `${path}, line 1: the configuration reads ${column} from "${name}", which is not there. Found: ${listNames(names)}.`,
  );
}

function findId(head: TableHead, plain: readonly string[]): number | undefined {
  const hits = head.names.map(
    (_, index) => head.values(index).filter((value) => SUBSCRIPTION_ID.test(value.trim())).length,
  );
  const most = Math.max(0, ...hits);
  const byName = COLUMN_NAMES.id.map((name) => plain.indexOf(name)).filter((index) => index >= 0);
  if (most > 0) return byName.find((index) => hits[index] === most) ?? hits.indexOf(most);
  return byName[0];
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 30).join(", ");
  return names.length > 30 ? `${shown}, …` : shown;
}
