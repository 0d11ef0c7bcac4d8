import escapeHtml from "escape-html";

/** One turn of the moving bar, in milliseconds. */
const TURN = 1600;
/** How often the time is renewed, in milliseconds. */
const BEAT = 1000;

const KEYFRAMES = "@keyframes rc-progress{from{transform:translateX(-100%)}to{transform:translateX(400%)}}";

/**
 * Shows in the cell that runs that work goes on: a moving bar, the step, and the time since the start, renewed every second.
 * When the work has ended the bar makes room for one line: how long it took, or at which step it failed.
 *
 * Outside a notebook it does the work and shows nothing.
 *
 * @param work is given what a long function takes as its `onProgress`
 * @returns what the work returns
 */
export async function showProgress<Result>(
  work: (onProgress: (step: string) => void) => Promise<Result>,
): Promise<Result> {
  const started = Date.now();
  const show = openDisplay();
  let step = "Starting";
  const draw = (): void => show(barHtml(step, Date.now() - started));
  draw();
  const beat = setInterval(draw, BEAT);
  try {
    const result = await work((next) => {
      step = next;
      draw();
    });
    show(lineHtml("Done in", Date.now() - started));
    return result;
  } catch (error) {
    show(lineHtml(`Failed at “${step}” after`, Date.now() - started));
    throw error;
  } finally {
    clearInterval(beat);
  }
}

function openDisplay(): (html: string) => void {
  const display = require("tslab").newDisplay() as { html(text: string): void };
  return (html) => {
    try {
      display.html(html);
    } catch {
      // No kernel runs here, so there is no cell to show it in.
    }
  };
}

// Every renewal is a new element: the delay makes its bar go on where the one before stood.
function barHtml(step: string, elapsed: number): string {
  const bar = `display:block;width:25%;height:100%;border-radius:2px;background:#0072b2;animation:rc-progress ${TURN}ms linear -${elapsed % TURN}ms infinite`;
  return `<div role="progressbar" aria-label="${escapeHtml(step)}" style="max-width:760px;margin:4px 0"><style>${KEYFRAMES}</style>
<span style="display:block;height:4px;border-radius:2px;overflow:hidden;background:rgba(128,128,128,.25)"><span style="${bar}"></span></span>
${lineHtml(step, elapsed)}</div>`;
}

function lineHtml(words: string, elapsed: number): string {
  return `<p style="margin:4px 0">${escapeHtml(words)} <small>${(elapsed / 1000).toFixed(1)} s</small></p>`;
}
