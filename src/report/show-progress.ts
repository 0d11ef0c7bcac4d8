import escapeHtml from "escape-html";

/**
 * A progress line in the cell that runs: each step replaces the one before, with the time since the start.
 *
 * @returns what a long function takes as its `onProgress`; outside a notebook it does nothing
 */
export function showProgress(): (step: string) => void {
  const started = Date.now();
  let display: { html(text: string): void } | null = null;
  try {
    display = require("tslab").newDisplay() as { html(text: string): void };
  } catch {
    return () => undefined;
  }
  return (step) => {
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    display?.html(`<p style="margin:4px 0;opacity:.75">${escapeHtml(step)} <small>(${seconds} s)</small></p>`);
  };
}
