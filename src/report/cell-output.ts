import { plotlyScript, SCRIPT, STYLE } from "./assets";

/** Results as the output of one notebook cell, which has to bring its own stylesheet and script. */
export function cellOutputHtml(results: readonly string[], { withPlotly }: { readonly withPlotly: boolean }): string {
  return `<div class="recon">
<style data-recon="style">${STYLE}</style>
${results.join("\n")}
${withPlotly ? `<script data-recon="plotly">${plotlyScript()}</script>\n` : ""}<script data-recon="script">${SCRIPT}</script>
</div>`;
}

/** Whether a result holds a chart, which needs the chart library to be live. */
export function hasChart(html: string): boolean {
  return html.includes('<figure class="rc-chart" data-recon-chart');
}

/** The same output without the stylesheet and scripts, for a page that holds them once. */
export function withoutAssets(html: string): string {
  return html.replace(/<(style|script) data-recon="(?:style|plotly|script)">[\s\S]*?<\/\1>\n?/g, "");
}
