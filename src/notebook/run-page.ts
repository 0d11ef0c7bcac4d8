import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pageHtml } from "../report/page";
import { type RunRequest, type RunResult, runNotebook } from "./run-notebook";

/** An executed notebook, and its page. */
export interface PageRun {
  readonly run: RunResult;
  /** Path of the HTML report. */
  readonly html: string;
}

/** Runs a notebook headless and writes both the executed notebook and its HTML report, named after it, also when a cell failed. */
export async function runPage(request: RunRequest, footer: string): Promise<PageRun> {
  const run = await runNotebook(request);
  const name = basename(request.notebook, ".ipynb");
  const html = join(request.outDir, `${name}.html`);
  const title = titleOf(run) ?? name;
  const subtitle = run.status === "ok" ? "" : "This run stopped at a cell that failed; what follows is incomplete.";
  const generatedAt = `${run.span.end.toISOString().slice(0, 19)}Z`;
  writeFileSync(html, pageHtml({ title, subtitle, notebook: run.executed, generatedAt, footer }));
  return { run, html };
}

function titleOf(run: RunResult): string | null {
  const first = run.executed.cells.find((cell) => cell.cell_type === "markdown");
  return /^# (.+)$/m.exec(first?.source ?? "")?.[1] ?? null;
}
