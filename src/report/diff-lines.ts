import { cellText } from "./cell-text";

/** One line of a difference, seen from the database: what bringing it to Stripe's value would add, remove or change. */
export interface DiffLine {
  readonly name: string;
  /** The database's value, null where it has none. */
  readonly database: string | null;
  /** Stripe's value, null where it has none. */
  readonly stripe: string | null;
}

const LIMIT = 48;

/**
 * Differences as lines with a sign, a name and the values: `+` only in Stripe, `−` only in the database,
 * `≠ … → …` from the database's value to Stripe's. Long values are shortened, with the whole in their title.
 */
export function diffLinesHtml(lines: readonly DiffLine[]): string {
  if (lines.length === 0) return `<span class="rc-muted">no difference recorded</span>`;
  return `<ul class="rc-diff" style="list-style:none;margin:0;padding:0;text-align:left">${lines.map(lineHtml).join("")}</ul>`;
}

function lineHtml(line: DiffLine): string {
  const name = `<span class="rc-diff-name" style="font-weight:600">${cellText(line.name, LIMIT)}</span>`;
  if (line.database === null && line.stripe === null)
    return item("same", "=", `${name} <small>no value on either side</small>`);
  if (line.database === null)
    return item("added", "+", `${name} ${valueHtml(line.stripe)} <small>only in Stripe</small>`);
  if (line.stripe === null)
    return item("removed", "−", `${name} ${valueHtml(line.database)} <small>only in the database</small>`);
  const change = `${valueHtml(line.database)} → ${valueHtml(line.stripe)}`;
  return item("changed", "≠", `${name} ${change}`);
}

function item(change: string, sign: string, body: string): string {
  return `<li class="rc-${change}" style="margin:0;padding:1px 0"><span class="rc-sign" aria-hidden="true" style="font-weight:600">${sign}</span> ${body}</li>`;
}

function valueHtml(value: string | null): string {
  if (value === "") return `<code title="empty text">""</code>`;
  return `<code>${cellText(value, LIMIT)}</code>`;
}
