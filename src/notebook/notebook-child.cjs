// @ts-check
"use strict";

/**
 * The process a notebook runs in: executes the cells its parent sends, and reports outputs and errors back.
 *
 * `notebook-process.ts` starts it and holds the other end of the messages. No socket is opened.
 */
const { AsyncLocalStorage } = require("node:async_hooks");
const { dirname } = require("node:path");
const { setTimeout: delay } = require("node:timers/promises");
const { startCharts } = require("../report/chart-thread.cjs");
const { describeThrown } = require("./describe-error.cjs");
const { startTslab } = require("./start-tslab.cjs");

const root = dirname(dirname(__dirname));
/** Which cell a piece of asynchronous work was started by, however late it speaks or fails. */
const origin = new AsyncLocalStorage();
const send = /** @type {(message: object) => void} */ (process.send?.bind(process));
const skipped = {
  ename: "CellSkipped",
  evalue: "The kernel skipped the cell.",
  traceback: ["The kernel skipped the cell."],
};
/** How long after its last cell a notebook may still fail when another one follows in this process. */
const LATE_MS = 50;
let running = 0;
/** Which notebook this is, of those that run in this process. */
let notebook = 0;

/** @type {{ cell: number, name: string, text: string } | null} */
let unsent = null;
let sentAt = 0;
let sentAtOnce = 0;
let flushIsDue = false;

/** @returns {number | null} the cell that speaks; null for one of a notebook before */
function cellNow() {
  const from = origin.getStore();
  if (from === undefined) return running;
  return from.notebook === notebook ? from.cell : null;
}

function flush() {
  if (unsent !== null) send({ kind: "stream", ...unsent });
  unsent = null;
  sentAt = performance.now();
}

/**
 * Sends what a cell prints: its first words at once, for it may be about to hang, and joined when there are many.
 *
 * @param {string} name
 * @param {string} text
 */
function print(name, text) {
  const cell = cellNow();
  if (cell === null) return;
  if (unsent !== null && (unsent.cell !== cell || unsent.name !== name)) flush();
  unsent = { cell, name, text: (unsent?.text ?? "") + text };
  if (sentAtOnce++ < 100 || performance.now() - sentAt > 50 || unsent.text.length > 100_000) flush();
  else if (!flushIsDue) {
    flushIsDue = true;
    setImmediate(() => {
      flushIsDue = false;
      flush();
    });
  }
}

/**
 * @param {import("./start-tslab.cjs").DisplayData} content
 * @param {boolean} [update]
 */
function display({ data, metadata, transient }, update) {
  flush();
  const cell = cellNow();
  if (cell !== null)
    send({ kind: "display", cell, data, metadata, id: transient?.display_id ?? null, update: update === true });
}

/** @param {unknown} thrown what no cell caught: a rejected promise nobody awaits, an error in a timer */
function reportUncaught(thrown) {
  flush();
  send({ kind: "failed", cell: cellNow() ?? running, count: null, error: describeThrown(thrown, root) });
}

/** @param {{ cell: number, code: string }} request */
async function execute({ cell, code }) {
  running = cell;
  sentAtOnce = 0;
  const { status, count, error } = await origin.run({ cell, notebook }, () => tslab.execute(code, print, display));
  // A promise rejected, or a timer of 0 ms set, by the cell's last line is reported only now.
  await delay(2);
  flush();
  if (status === "ok") send({ kind: "completed", cell, count });
  else send({ kind: "failed", cell, count, error: error ?? skipped });
}

/** Lets work the cells left behind end, or fail, and then ends the process. */
function finish() {
  tslab.executor.close();
  process.channel?.unref();
  process.once("beforeExit", () => process.exit(0));
}

/** Makes ready for another notebook, once what the cells left behind had a moment to fail. */
async function restart() {
  await delay(LATE_MS);
  flush();
  tslab.reset();
  notebook++;
  send({ kind: "ready" });
}

const tslab = startTslab(root, { watch: false, onCompiler: (event) => send({ kind: "compiler", event }) });
Object.defineProperty(globalThis, Symbol.for("recon-ts.parameters"), {
  value: (/** @type {object} */ read) => send({ kind: "parameters", ...read }),
});
process.on("unhandledRejection", reportUncaught);
process.on("uncaughtException", reportUncaught);
process.on("exit", flush);
process.on("disconnect", () => process.exit(1));
process.on("message", (/** @type {any} */ message) => {
  if (message.kind === "execute") void execute(message);
  else if (message.kind === "loadCharts") startCharts(tslab.loadFrames);
  else if (message.kind === "restart") void restart();
  else if (message.kind === "finish") finish();
  else if (message.kind === "parameters") process.env.RECON_PARAMETERS = JSON.stringify(message.values);
});
tslab.ready.then(() => send({ kind: "ready" }));
