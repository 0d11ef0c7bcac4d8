import type { Audit } from "../repair/audit-run";
import type { Change } from "../repair/plan";
import type { PlannedRepair, RepairRun } from "../repair/repair-steps";
import type { RolledBack } from "../repair/roll-back";
import type { Verification } from "../repair/verify-rows";
import { jsonObject } from "../sources/typed-column";
import { bannerHtml } from "./banner";
import { type DiffLine, diffLinesHtml } from "./diff-lines";
import { markdownHtml } from "./markdown";
import { tableHtml } from "./table";

/** A plan: what it would change, each with before and after, what it leaves out, and the hash that confirms it. */
export function repairPlanHtml({ plan, files }: PlannedRepair, limit = 50): string {
  const { counts, changes } = plan;
  const isEmpty = changes.length === 0;
  const banner = bannerHtml({
    tone: isEmpty ? "good" : "warn",
    title: isEmpty
      ? "There is nothing to change"
      : `${changes.length} changes planned: ${counts.insert} insert, ${counts.archive} archive, ${counts.update} update`,
    lines: [
      `Nothing has been written. ${counts.left_out} discrepancies are left out; the table below says why.`,
      `Table ${plan.table} of ${plan.database}; Stripe account ${plan.account_id ?? "unknown"}, ${plan.livemode ? "live" : "test"} mode.`,
      ...(isEmpty ? [] : [`To confirm it, type the first twelve letters of its hash: ${plan.hash.slice(0, 12)}`]),
    ],
  });
  return banner + plannedHtml({ plan, files }, limit);
}

/** Each change of a plan with before and after, and what the plan leaves out. */
export function plannedHtml({ plan: { changes, left_out: left }, files }: PlannedRepair, limit: number): string {
  const table = tableHtml({
    caption: "Changes",
    columns: [
      { key: "subscription_id", title: "Subscription", kind: "id" },
      { key: "action", title: "Action" },
      { key: "why", title: "Why" },
      { key: "lines", title: "Database → after the repair", kind: "html" },
    ],
    rows: changes.map((change) => ({ ...change, why: change.why.join("; "), lines: changeHtml(change) })),
    limit,
    restIn: files.text,
    empty: "Nothing to change",
  });
  return table + leftOutHtml(left);
}

function leftOutHtml(left: PlannedRepair["plan"]["left_out"]): string {
  const groups = new Map<string, { kind: string; disposition: string; reason: string; rows: number }>();
  for (const { kind, disposition, reason } of left) {
    const key = JSON.stringify([kind, disposition, reason]);
    groups.set(key, { kind, disposition, reason, rows: (groups.get(key)?.rows ?? 0) + 1 });
  }
  return tableHtml({
    caption: "Left out",
    columns: [
      { key: "kind", title: "Kind", kind: "chip" },
      { key: "disposition", title: "Disposition", kind: "chip" },
      { key: "reason", title: "Why" },
      { key: "rows", title: "Rows", kind: "number" },
    ],
    rows: [...groups.values()],
    empty: "Nothing was left out",
  });
}

/** What is written of a row, column by column; of metadata key by key. */
function changeHtml({ action, before, after }: Change): string {
  const lines: DiffLine[] = Object.entries(after).flatMap(([name, value]) => {
    const old = before?.[name] ?? null;
    const keys = action === "insert" ? null : keyLines(name, old, value);
    return keys ?? [{ name, stripe: value, database: old }];
  });
  return diffLinesHtml(lines);
}

function keyLines(column: string, before: string | null, after: string | null): DiffLine[] | null {
  if (!before?.startsWith("{") || !after?.startsWith("{")) return null;
  const [old, next] = [jsonObject(before), jsonObject(after)];
  if (old === null || next === null) return null;
  const text = (object: Readonly<Record<string, unknown>>, key: string): string | null =>
    Object.hasOwn(object, key) ? String(object[key]) : null;
  return [...new Set([...Object.keys(old), ...Object.keys(next)])]
    .filter((key) => text(old, key) !== text(next, key))
    .map((key) => ({ name: `${column}: ${key}`, stripe: text(next, key), database: text(old, key) }));
}

/** What became of a plan; null when it was not confirmed. */
export function repairRunHtml(applied: RepairRun | null): string {
  if (applied === null)
    return bannerHtml({
      tone: "warn",
      title: "Nothing was applied: this is a dry run",
      lines: ["To apply the plan, type the hash it names between the quotes above, and run from there."],
    });
  const { run } = applied;
  const { changed, skipped, verification, state, stage, stages } = run;
  const banner = bannerHtml({
    tone: state === "done" && skipped.length === 0 ? "good" : "warn",
    title: `${changed} rows repaired, ${skipped.length} skipped${state === "done" ? "" : `; ${state} at stage ${stage} of ${stages}`}`,
    lines: [
      ...(verification === null ? [] : [verificationText(verification)]),
      `Run ${run.runId}; backup, state after and verification: ${run.folder}`,
      ...run.escalate.map((sentence) => `Escalate: ${sentence}`),
      ...(run.nextConfirm === null ? [] : [`To go on, confirm with ${run.nextConfirm.slice(0, 12)}`]),
    ],
  });
  if (skipped.length === 0) return banner;
  const table = tableHtml({
    caption: "Skipped",
    columns: [
      { key: "subscription_id", title: "Subscription", kind: "id" },
      { key: "reason", title: "Why" },
    ],
    rows: skipped,
    empty: "",
  });
  return banner + table;
}

/** Whether what was repaired still agrees with Stripe. */
export function verificationHtml(verification: Verification | null): string {
  if (verification === null) return bannerHtml({ tone: "warn", title: "There is no run to verify" });
  const isClean = verification.result === "clean";
  return bannerHtml({
    tone: isClean ? "good" : "bad",
    title: isClean ? "Verified: nothing differs" : `${verification.remaining.length} differences remain`,
    lines: [
      verificationText(verification),
      ...verification.remaining.slice(0, 20).map(({ subscription_id, kind }) => `${subscription_id}: ${kind}`),
    ],
  });
}

function verificationText({ touched, drawn }: Verification): string {
  return `${touched} repaired rows and ${drawn} others were reconciled again with Stripe.`;
}

/** What was put back, and what was left alone. */
export function rollbackHtml(undone: RolledBack | null): string {
  if (undone === null) return bannerHtml({ tone: "good", title: "Nothing was rolled back" });
  const { restored, archived, deleted, leftAlone } = undone;
  const banner = bannerHtml({
    tone: leftAlone.length === 0 ? "good" : "warn",
    title: `${restored} rows restored, ${archived} inserted rows archived, ${deleted} removed, ${leftAlone.length} left alone`,
  });
  const table = tableHtml({
    caption: "Left alone",
    columns: [
      { key: "subscription_id", title: "Subscription", kind: "id" },
      { key: "reason", title: "Why" },
    ],
    rows: leftAlone,
    empty: "No row was changed by somebody else since",
  });
  return banner + table;
}

/** A run's audit trail; null when there is no run. */
export function auditHtml(audit: Audit | null): string {
  if (audit === null) return bannerHtml({ tone: "warn", title: "There is no run to audit" });
  return `<div class="rc-text">${markdownHtml(audit.text, `Audit trail of ${audit.runId}`, [])}</div>`;
}
