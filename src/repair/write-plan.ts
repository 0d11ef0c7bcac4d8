import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { jsonObject } from "../sources/typed-column";
import type { Change, LeftOut, Plan } from "./plan";
import { STAGE } from "./run-stage";
import { sqlPreview } from "./write-rows";

/** Where a plan was written to. */
export interface WrittenPlan {
  /** The plan itself: what is applied. */
  readonly plan: string;
  /** The same for a person to read and sign. */
  readonly text: string;
  /** The statements, for a person to read. */
  readonly sql: string;
}

/** Writes `plan.json`, `plan.md` and `plan.sql` into a folder, which is made. Only their owner may read them: they hold whole rows. */
export async function writePlan(plan: Plan, folder: string): Promise<WrittenPlan> {
  await mkdir(folder, { recursive: true });
  const path = (name: string): string => join(folder, name);
  const write = (name: string, text: string): Promise<void> =>
    writeFile(path(name), text, { mode: 0o600, flush: true });
  await write("plan.json", `${JSON.stringify(plan, null, 2)}\n`);
  await write("plan.md", planText(plan));
  const head = `-- Preview of ${plan.plan_id}, to be read and not to be run: recon repair apply looks at each row and at Stripe again, and keeps a journal.\n`;
  const statements = plan.changes.map((change) => `${sqlPreview(plan.table, plan.id_column, change)}\n`);
  await write("plan.sql", head + statements.join(""));
  return { plan: path("plan.json"), text: path("plan.md"), sql: path("plan.sql") };
}

/** A plan in Markdown: counts, each change with its reason, before and after, and what is left out. */
export function planText(plan: Plan): string {
  const { counts, changes, left_out: left, report } = plan;
  const source = report === null ? "both sides as they are now" : `${code(report.directory)}, run ${report.run_id}`;
  const stages = Math.ceil(changes.length / STAGE);
  return [
    `# Repair plan ${plan.plan_id}`,
    "",
    `- **Changes**: ${changes.length} of ${plan.table_rows.toLocaleString("en")} rows of ${code(plan.table)}: ${counts.insert} inserted, ${counts.archive} archived, ${counts.update} updated${stages > 1 ? `, in ${stages} stages` : ""}`,
    `- **Left out**: ${counts.left_out}`,
    `- **From**: ${source}`,
    `- **Stripe account**: ${plan.account_id ?? "unknown"}, ${plan.livemode ? "live" : "test"} mode; it is only read`,
    `- **Database**: ${code(plan.database)}`,
    `- **Made**: ${plan.created_at} by ${text(plan.operator)}; it is good for 24 hours`,
    `- **Hash**: ${code(plan.hash)}`,
    ...(plan.kept_metadata_keys.length === 0
      ? []
      : [`- **Metadata keys kept as the app's own**: ${plan.kept_metadata_keys.map(code).join(", ")}`]),
    "",
    "Signed: ______________________",
    "",
    "## Changes",
    "",
    ...(changes.length === 0 ? ["None."] : changes.flatMap(changeText)),
    "",
    "## Left out",
    "",
    ...(left.length === 0 ? ["Nothing."] : leftOutText(left)),
    "",
    "Times are UTC. The statements are in `plan.sql`, the whole rows in `plan.json`.",
    "",
  ].join("\n");
}

function changeText({ subscription_id, action, why, before, after, stamped }: Change): string[] {
  const lines = Object.entries(after).flatMap(([name, value]) => {
    const old = before?.[name] ?? null;
    if (action === "insert") return [`  - ${code(name)}: ${shown(value)}`];
    const keys = keysText(old, value);
    return keys === null
      ? [`  - ${code(name)}: ${shown(old)} → ${shown(value)}`]
      : keys.map((key) => `  - ${code(name)}, ${key}`);
  });
  const times = stamped.map((name) => `  - ${code(name)}: the time of writing`);
  return [`- ${code(subscription_id)} **${action}**: ${why.map(text).join("; ")}`, ...lines, ...times];
}

/** What differs between two JSON objects, key by key; null where they are none. */
function keysText(before: string | null, after: string | null): string[] | null {
  const [old, next] = [before, after].map((each) => (each?.startsWith("{") ? jsonObject(each) : null));
  if (!old || !next) return null;
  const value = (object: object, key: string): string =>
    Object.hasOwn(object, key) ? shown(String((object as Record<string, unknown>)[key])) : "_none_";
  return [...new Set([...Object.keys(old), ...Object.keys(next)])]
    .filter((key) => value(old, key) !== value(next, key))
    .map((key) => `key ${code(key)}: ${value(old, key)} → ${value(next, key)}`);
}

/** A reason stands once, with the ids it is true of. */
function leftOutText(left: readonly LeftOut[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { subscription_id, kind, disposition, reason } of left) {
    const key = `${kind}, ${disposition}: ${reason}`;
    groups.set(key, [...(groups.get(key) ?? []), subscription_id]);
  }
  return [...groups].map(([key, ids]) => `- ${text(key)} (${ids.length}): ${ids.map(code).join(", ")}`);
}

function shown(value: string | null): string {
  return value === null ? "_empty_" : code(value);
}

/** Text that Markdown shows as it is, on one line. */
function text(value: string): string {
  return value.replace(/\s+/g, " ").replace(/[\\`*_[\]<>|]/g, "\\$&");
}

/** A value in Markdown's code, whatever backticks it holds. */
function code(value: string): string {
  const line = value.replace(/\s+/g, " ");
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}
