import { randomBytes } from "node:crypto";
import { COLUMNS, type Column } from "../../sources/column";
import type { CsvRows, Source } from "../../sources/source";
import type { Workspace } from "../../sources/workspace";
import type { Side } from "../../subscription";
import type { Comparison } from "../comparison";
import { KEY_BYTES, type SidePlan } from "./side-plan";

/** What a subscription is told by in the population; where Stripe's export has no such column, the database's would have to be read. */
const TOLD_BY = ["price_id", "currency"] as const satisfies readonly Column[];

/** A source of which every row can be cut out of its file. */
export type CsvSource = Source & { readonly rows: CsvRows };

/**
 * How to scan both exports; null when one of them is read by more than its plain cells: JSON, columns that are put together, rows that are
 * filtered. Then the engine compares every row.
 */
export function planScreen(
  stripe: Source,
  database: Source,
  comparison: Comparison,
  until: number,
  workspace: Workspace,
): Readonly<Record<Side, SidePlan>> | null {
  if (!isPlain(stripe) || !isPlain(database)) return null;
  if (stripe.columns.created === undefined) return null;
  const told = TOLD_BY.filter((column) => database.columns[column] !== undefined);
  if (told.some((column) => stripe.columns[column] === undefined)) return null;
  const key = randomBytes(KEY_BYTES);
  const plan = (source: CsvSource, needed: readonly Column[]): SidePlan => ({
    side: source.side,
    path: source.file.textPath,
    delimiter: source.rows.delimiter,
    width: source.rows.width,
    cells: source.rows.cells,
    fields: comparison.fields,
    comparesMetadata: comparison.metadata,
    timeStep: comparison.timeStep,
    until,
    needed,
    key,
    recordsPath: workspace.file(`${source.side}.records`),
  });
  return { stripe: plan(stripe, told), database: plan(database, []) };
}

function isPlain(source: Source): source is CsvSource {
  const { rows, columns } = source;
  if (rows.kind !== "csv" || source.only !== null || source.metadataKeys !== null) return false;
  return COLUMNS.every((column) => columns[column] === undefined || rows.cells[column] !== undefined);
}
