// @ts-check
"use strict";

/**
 * Draws charts on a thread of its own, which loads the chart library while cells do other things. Plain JavaScript, so that the process
 * of a notebook and the sources it loads find the same thread.
 */
const { join } = require("node:path");
const { Worker } = require("node:worker_threads");

/** @typedef {{ code: string, message: string } | null} Failure what a ReconError says */
/** @typedef {{ id: number, png: Uint8Array | null, failure: Failure }} Answer */
/** @typedef {{ worker: Worker, waiting: Map<number, (answer: Answer | null) => void> }} Thread */

/** @type {Thread | null} */
let thread = null;
let lastId = 0;

/** What this thread does while the first chart is drawn. */
let meanwhile = () => {};

/**
 * Starts the thread, which does not keep the process alive.
 *
 * @param {() => void} next what this thread does while the first chart is drawn
 */
function startCharts(next) {
  meanwhile = next;
  charts();
}

/** The thread; null where none can be started. */
function charts() {
  try {
    thread ??= start();
  } catch {
    // Such as where no memory is left.
  }
  return thread;
}

/** @returns {Thread} */
function start() {
  const worker = new Worker(join(__dirname, "chart-worker.cjs"), { execArgv: [] });
  worker.unref();
  /** @type {Thread["waiting"]} */
  const waiting = new Map();
  worker.on("message", (/** @type {Answer} */ answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref();
  });
  const end = () => {
    if (thread?.worker === worker) thread = null;
    for (const answer of waiting.values()) answer(null);
    waiting.clear();
  };
  worker.on("error", end).on("exit", end);
  return { worker, waiting };
}

/**
 * @param {object} figure
 * @param {number} width
 * @param {number} height
 * @returns {Promise<Answer | null>} null where there is no such thread
 */
async function drawOnThread(figure, width, height) {
  const started = charts();
  if (started === null) return null;
  const { worker, waiting } = started;
  const id = ++lastId;
  return new Promise((resolve) => {
    worker.postMessage({ id, figure, width, height });
    waiting.set(id, resolve);
    worker.ref();
    setImmediate(meanwhile);
    meanwhile = () => {};
  });
}

module.exports = { drawOnThread, startCharts };
