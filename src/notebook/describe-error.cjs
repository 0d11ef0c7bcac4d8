// @ts-check
"use strict";

/** What a cell threw, as text for people: without colors and without stacks of compiled code. */
const { inspect, stripVTControlCharacters, types } = require("node:util");

/** @typedef {{ ename: string, evalue: string, traceback: string[] }} CellError the fields of a Jupyter error */

/**
 * The error of a cell from what tslab wanted to print about it: one thrown value, or a line for each compiler message.
 *
 * @param {readonly unknown[][]} complaints the arguments of tslab's calls of `console.error`
 * @param {string} code source of the cell
 * @param {string} root folder of package.json
 * @returns {CellError}
 */
function describeComplaints(complaints, code, root) {
  const messages = complaints.filter((one) => typeof one[0] === "string" && one.length === 5);
  if (messages.length > 0) {
    const length = code.split("\n").length;
    const lines = messages.map(([, file, line, column, text]) => {
      // tslab leaves the file out of the further lines of a long message.
      const elsewhere = Number(line) > length ? "an imported file, " : "";
      return `${file ? `${String(file).trim()}, ` : elsewhere}line ${line}, column ${column}: ${text}`;
    });
    return { ename: "CompileError", evalue: lines[0] ?? "", traceback: [...new Set(lines)] };
  }
  const last = complaints.at(-1);
  if (last !== undefined) return describeThrown(last[0], root);
  const evalue = "The kernel failed without a message; what the cell printed may tell more.";
  return { ename: "KernelError", evalue, traceback: [evalue] };
}

/**
 * A thrown value: its name and message, the project's own functions it came through, and its causes.
 * Frames of the cell are left out, for their lines are those of compiled code.
 *
 * @param {unknown} thrown
 * @param {string} root folder of package.json
 * @returns {CellError}
 */
function describeThrown(thrown, root) {
  const { ename, evalue } = nameAndMessage(thrown);
  // The message of our own errors says all that a person needs.
  const lines =
    ename === "ReconError" ? [evalue] : [`${ename}: ${evalue}`, ...ownFrames(thrown, root), ...causes(thrown, evalue)];
  return { ename, evalue, traceback: lines.flatMap((line) => line.split("\n")) };
}

/**
 * @param {unknown} thrown
 * @param {string} said what was said already; a cause repeated in it is left out
 */
function causes(thrown, said) {
  /** @type {string[]} */
  const lines = [];
  let cause = causeOf(thrown);
  for (let depth = 0; depth < 5 && cause !== undefined; depth += 1) {
    const { ename, evalue } = nameAndMessage(cause);
    if (!said.includes(evalue)) lines.push(`caused by ${ename}: ${evalue}`);
    cause = causeOf(cause);
  }
  return lines;
}

/**
 * @param {unknown} thrown
 * @returns {{ ename: string, evalue: string }}
 */
function nameAndMessage(thrown) {
  if (!(types.isNativeError(thrown) || thrown instanceof Error)) {
    return { ename: "Error", evalue: stripVTControlCharacters(typeof thrown === "string" ? thrown : inspect(thrown)) };
  }
  const ename = thrown.name === "Error" ? thrown.constructor?.name || "Error" : String(thrown.name);
  const parts = thrown instanceof AggregateError ? thrown.errors.map((one) => nameAndMessage(one).evalue) : [];
  const evalue = [thrown.message, ...parts].filter((part) => part !== "").join("; ");
  return { ename, evalue: stripVTControlCharacters(evalue) };
}

/** @param {unknown} thrown */
function causeOf(thrown) {
  return thrown instanceof Error ? thrown.cause : undefined;
}

/**
 * @param {unknown} thrown
 * @param {string} root
 */
function ownFrames(thrown, root) {
  if (!(thrown instanceof Error) || typeof thrown.stack !== "string") return [];
  const source = `${root.replaceAll("\\", "/")}/src/`;
  /** @type {string[]} */
  const frames = [];
  for (const line of thrown.stack.replaceAll("\\", "/").split("\n")) {
    const frame = /^\s+at (?:async )?(?:(.+?) \()?(?:file:\/\/)?(\/.+|[A-Za-z]:.+?):(\d+):\d+\)?$/.exec(line);
    const [, name, file, at] = frame ?? [];
    if (file?.startsWith(source) !== true || !file.endsWith(".ts")) continue;
    const place = `src/${file.slice(source.length)}, line ${at}`;
    frames.push(`    in ${name === undefined ? place : `${name} (${place})`}`);
  }
  return frames.filter((frame, index) => frame !== frames[index - 1]).slice(0, 8);
}

module.exports = { describeComplaints, describeThrown };
