import escapeHtml from "escape-html";
import type { Findings } from "../drift/findings";
import { STATUSES } from "../subscription";
import { cellText, numberText } from "./cell-text";
import { tableHtml } from "./table";

const CELL = "padding:5px 12px;text-align:right;font-variant-numeric:tabular-nums";
const ROW_HEAD = "padding:5px 12px;text-align:left;white-space:nowrap;border-top:1px solid var(--rc-line,#d9dde1)";
const HEAD = "padding:5px 12px;vertical-align:bottom;white-space:nowrap";

/** Which status stands in Stripe, and which in the database instead, as a matrix of counts; the darker, the more. */
export function transitionsHtml(findings: Findings): string {
  const { transitions } = findings;
  if (transitions.length === 0) {
    return tableHtml({
      caption: "Status in Stripe × status in the database",
      columns: [],
      rows: [],
      empty: "No subscription that was looked at differs in its status or is missing on a side.",
    });
  }
  const rows = inLifeOrder(transitions.map(({ from }) => from));
  const columns = inLifeOrder(transitions.map(({ to }) => to));
  const countOf = (from: string, to: string): number =>
    sum(transitions.filter((one) => one.from === from && one.to === to));
  const most = Math.max(...transitions.map(({ count }) => count));
  const head = columns.map((to) => `<th scope="col" style="${HEAD};text-align:right">${cellText(to, 40)}</th>`);
  const body = rows.map((from) => {
    const cells = columns.map((to) => countHtml(countOf(from, to), most));
    const all = sum(transitions.filter((one) => one.from === from));
    return `<tr><th scope="row" style="${ROW_HEAD}">${cellText(from, 40)}</th>${cells.join("")}${totalHtml(all)}</tr>`;
  });
  const totals = columns.map((to) => totalHtml(sum(transitions.filter((one) => one.to === to))));
  const caption = escapeHtml(finding(transitions));
  return `<div class="rc-table-box" style="break-inside:avoid">
<div class="rc-table-head"><strong class="rc-caption">${caption}</strong> <span class="rc-note">rows: status in Stripe; columns: status in the database</span></div>
<div class="rc-scroll" role="region" tabindex="0" aria-label="${caption}">
<table class="rc-table rc-matrix" style="border-collapse:collapse;margin:8px 0">
<thead><tr><th scope="col" style="${HEAD};text-align:left">Stripe ↓ database →</th>${head.join("")}<th scope="col" style="${HEAD};text-align:right">All</th></tr></thead>
<tbody>
${body.join("\n")}
<tr><th scope="row" style="${ROW_HEAD}">All</th>${totals.join("")}${totalHtml(sum(transitions))}</tr>
</tbody>
</table>
</div>
</div>`;
}

/** The statuses in the order of a subscription's life, then words of the database's own, then `(missing)`. */
function inLifeOrder(statuses: readonly string[]): string[] {
  const place = (status: string): number => {
    if (status === "(missing)") return STATUSES.length + 1;
    const known = (STATUSES as readonly string[]).indexOf(status);
    return known < 0 ? STATUSES.length : known;
  };
  return [...new Set(statuses)].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

function sum(transitions: Findings["transitions"]): number {
  return transitions.reduce((all, { count }) => all + count, 0);
}

function countHtml(count: number, most: number): string {
  if (count === 0) return `<td style="${CELL}">·</td>`;
  const strength = (0.08 + 0.42 * (count / most)).toFixed(2);
  return `<td style="${CELL};background-color:rgba(0,114,178,${strength})">${numberText(count)}</td>`;
}

function totalHtml(count: number): string {
  return `<td style="${CELL};font-weight:600">${numberText(count)}</td>`;
}

function finding(transitions: Findings["transitions"]): string {
  const most = transitions.reduce((a, b) => (b.count > a.count ? b : a));
  const side = (status: string, where: string): string =>
    status === "(missing)" ? `missing in ${where}` : `${status} in ${where}`;
  return `${numberText(most.count)} of ${numberText(sum(transitions))}: ${side(most.from, "Stripe")}, ${side(most.to, "the database")}`;
}
