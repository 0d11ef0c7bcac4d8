// @ts-check
"use strict";

/**
 * Draws charts on a thread of its own, which loads the chart library while cells do other things. Plain JavaScript, so that the process
 * of a notebook and the sources it loads find the same thread.
 */
const { join } = require("node:path");
const { Worker } = require("node:worker_threads");
const { compile } = require("../compile.cjs");

/** @typedef {{ code: string, message: string } | null} Failure what a ReconError says */
/** @typedef {{ id: number, png: Uint8Array | null, failure: Failure }} Answer */
/** @typedef {{ worker: Worker, waiting: Map<number, (answer: Answer | null) => void> }} Thread */

/** @type {Promise<Thread | null> | null} */
let thread = null;
let lastId = 0;

/** Starts the thread, unless that has been done; it does not keep the process alive. */
function startCharts() {
  thread ??= start().catch(() => null);
  return thread;
}

/** @returns {Promise<Thread>} */
async function start() {
  const worker = new Worker(await compile(join(__dirname, "chart-worker.ts")), { eval: true, execArgv: [] });
  worker.unref();
  /** @type {Thread["waiting"]} */
  const waiting = new Map();
  worker.on("message", (/** @type {Answer} */ answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref();
  });
  const end = () => {
    thread = null;
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
  const started = await startCharts();
  if (started === null) return null;
  const { worker, waiting } = started;
  const id = ++lastId;
  return new Promise((resolve) => {
    worker.postMessage({ id, figure, width, height });
    waiting.set(id, resolve);
    worker.ref();
  });
}

module.exports = { drawOnThread, startCharts };
