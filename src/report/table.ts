import escapeHtml from "escape-html";
import { ReconError } from "../recon-error";
import { cellText, NO_VALUE, numberText, plainText, timeText, visibleText } from "./cell-text";
import { chipHtml } from "./chip";

/** How a column's values are shown; `html` is taken as it is, so it must come from this folder's functions. */
export type ColumnKind = "text" | "number" | "time" | "id" | "chip" | "html";

/** One column: the key of a row's value and the words above it. */
export interface Column {
  readonly key: string;
  readonly title: string;
  /** Numbers stand right, all else left. */
  readonly align?: "left" | "right";
  /** `text` when not given. Times are shown in UTC. */
  readonly kind?: ColumnKind;
}

/** What a table shows, and what it says about the rows it does not show. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly object[];
  readonly caption?: string;
  /** How many rows are shown. */
  readonly limit?: number;
  /** How many there are, when `rows` is only their beginning. */
  readonly total?: number;
  /** The file that holds all of them, such as `discrepancies.csv`. */
  readonly restIn?: string;
  /** What stands there when there is no row, such as `No orphaned subscriptions found`. */
  readonly empty: string;
}

/**
 * Rows as an HTML table that reads well without any script or stylesheet: essential style is inline.
 * Where scripts run, browser/enhance.js adds sorting, a filter and copying of ids.
 *
 * @throws ReconError `unknown_column` when no row has a column's key
 */
export function tableHtml(table: Table): string {
  const { columns, rows, limit = 50 } = table;
  const caption =
    table.caption === undefined ? "" : `<strong class="rc-caption">${escapeHtml(visibleText(table.caption))}</strong> `;
  if (rows.length === 0) {
    return `<div class="rc-table-box">${caption}<p class="rc-empty" style="margin:8px 0">${escapeHtml(table.empty)}</p></div>`;
  }
  const missing = columns.find((column) => rows.every((row) => !(column.key in row)));
  if (missing) {
    const known = Object.keys(rows[0] ?? {}).join(", ");
    throw new ReconError(
      "unknown_column",
      `No row has "${missing.key}" for the column "${missing.title}". The rows have: ${known}.`,
    );
  }
  const body = rows.slice(0, limit).map((row) => `<tr>${columns.map((column) => cellHtml(column, row)).join("")}</tr>`);
  return `<div class="rc-table-box" data-recon-table>
<div class="rc-table-head">${caption}<span class="rc-note">${countNote(table, body.length)}</span></div>
<div class="rc-scroll" role="region" tabindex="0" aria-label="${escapeHtml(table.caption ?? "Table")}">
<table class="rc-table" style="border-collapse:collapse;margin:8px 0">
<thead><tr>${columns.map(headHtml).join("")}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table>
</div>
</div>`;
}

function countNote({ rows, total = rows.length, restIn }: Table, shown: number): string {
  if (shown >= total) return `${numberText(total)} ${total === 1 ? "row" : "rows"}`;
  const rest = restIn === undefined ? "" : `, the rest in ${escapeHtml(restIn)}`;
  return `showing ${numberText(shown)} of ${numberText(total)}${rest}`;
}

function headHtml(column: Column): string {
  const unit = column.kind === "time" ? " <small>(UTC)</small>" : "";
  return `<th scope="col" data-kind="${column.kind ?? "text"}" style="${alignment(column)};padding:6px 16px 6px 0;vertical-align:bottom;white-space:nowrap">${escapeHtml(visibleText(column.title))}${unit}</th>`;
}

function cellHtml(column: Column, row: object): string {
  const value = (row as Record<string, unknown>)[column.key];
  const style = `${alignment(column)};padding:5px 16px 5px 0;vertical-align:top`;
  const text = plainText(value);
  if (text === "") return `<td data-value="" style="${style}">${NO_VALUE}</td>`;
  switch (column.kind) {
    case "html":
      return `<td style="${style}">${text}</td>`;
    case "chip":
      return `<td style="${style}">${chipHtml(value)}</td>`;
    case "id":
      return `<td class="rc-id" data-id="${escapeHtml(text)}" style="${style};font-family:monospace;white-space:nowrap">${cellText(value, 64)}</td>`;
    case "number": {
      const shown = typeof value === "number" || typeof value === "bigint" ? numberText(value) : cellText(value);
      return `<td class="rc-number" data-value="${escapeHtml(text)}" style="${style};font-variant-numeric:tabular-nums">${shown}</td>`;
    }
    case "time":
      return `<td class="rc-time" data-value="${escapeHtml(text)}" title="${escapeHtml(visibleText(text))}" style="${style};white-space:nowrap">${timeHtml(text)}</td>`;
    default:
      return `<td style="${style}">${cellText(value)}</td>`;
  }
}

// Day and hour may stand on two lines, but a line never ends inside one of them.
function timeHtml(text: string): string {
  return cellText(timeText(text)).replace(/^(\S{10}) (\S{5,8})$/, "<span>$1</span> <span>$2</span>");
}

function alignment(column: Column): string {
  return `text-align:${column.align ?? (column.kind === "number" ? "right" : "left")}`;
}
