import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import escapeHtml from "escape-html";
import { plotlyScript, SCRIPT, STYLE } from "./assets";
import { hasChart } from "./cell-output";
import { timeText } from "./cell-text";
import { contentsHtml } from "./markdown";
import { type ExecutedNotebook, notebookCellsHtml } from "./notebook-cells";

/** What a saved report is made of. */
export interface Page {
  readonly title: string;
  /** Stands below the title; "" for none. */
  readonly subtitle: string;
  readonly notebook: ExecutedNotebook;
  /** ISO 8601 in UTC. */
  readonly generatedAt: string;
  /** Plain text, such as the run's id and the versions it ran on. */
  readonly footer: string;
}

const PAGE_STYLE = readFileSync(join(__dirname, "browser", "page.css"), "utf8");

/**
 * An executed notebook as one HTML page that needs nothing else: it opens from a file, offline, for years.
 *
 * Its content security policy allows no request to any host, and no script but the ones whose hashes it names,
 * so that nothing in a notebook's outputs can run.
 */
export function pageHtml(page: Page): string {
  const { html, headings } = notebookCellsHtml(page.notebook, page.title);
  const scripts = hasChart(html) ? [plotlyScript(), SCRIPT] : [SCRIPT];
  const policy = [
    "default-src 'none'",
    "img-src data:",
    "style-src 'unsafe-inline'",
    `script-src ${scripts.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`).join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${escapeHtml(page.title)}</title>
<style>${STYLE}${PAGE_STYLE}</style>
</head>
<body class="recon rc-page">
<a class="rc-skip" href="#report">Skip to the report</a>
<header>
<h1>${escapeHtml(page.title)}</h1>
${page.subtitle === "" ? "" : `<p>${escapeHtml(page.subtitle)}</p>\n`}<p class="rc-muted">Generated <time datetime="${escapeHtml(page.generatedAt)}">${escapeHtml(timeText(page.generatedAt))} UTC</time></p>
</header>
${contentsHtml(headings)}
<main id="report" tabindex="-1">
${html}
</main>
<footer>${escapeHtml(page.footer)}</footer>
${scripts.map((script) => `<script>${script}</script>`).join("\n")}
</body>
</html>
`;
}
