import { readPlan } from "../repair/plan";
import type { RepairRun } from "../repair/repair-steps";
import type { ExecutedCell } from "./notebook-cells";
import { pageHtml } from "./page";
import { auditHtml, plannedHtml, repairRunHtml } from "./repair-html";

/**
 * A run of a repair as one page that needs nothing else: what became of it, each row before and after, and its audit trail.
 *
 * @param planPath - of the plan.json that was applied
 */
export async function repairPageHtml(planPath: string, applied: RepairRun): Promise<string> {
  const plan = await readPlan(planPath);
  const files = { plan: planPath, text: "plan.md", sql: "plan.sql" };
  const sections: readonly [title: string, html: string][] = [
    ["Outcome", repairRunHtml(applied)],
    ["Each row before and after", plannedHtml({ plan, files }, plan.changes.length)],
    ["Audit trail", auditHtml(applied.audit)],
  ];
  const cells = sections.flatMap(([title, html]): ExecutedCell[] => [
    { cell_type: "markdown", source: `## ${title}`, metadata: {} },
    {
      cell_type: "code",
      source: "",
      metadata: {},
      outputs: [{ output_type: "display_data", data: { "text/html": html } }],
    },
  ]);
  return pageHtml({
    title: "Repair",
    subtitle: `Run ${applied.run.runId}`,
    notebook: { cells },
    generatedAt: `${new Date().toISOString().slice(0, 19)}Z`,
    footer: `Plan ${plan.plan_id}, hash ${plan.hash}. The journal in the database has every row before and after; "recon audit" checks it.`,
  });
}
