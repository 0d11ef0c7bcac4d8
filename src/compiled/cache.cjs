// @ts-check
"use strict";

/** What was made of sources and packages, kept in `.cache` until one of them has changed. */
const { createHash } = require("node:crypto");
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { dirname, join, sep } = require("node:path");
const { threadId } = require("node:worker_threads");

/** The folder of package.json. */
const PROJECT = dirname(dirname(__dirname));
/** @typedef {{ name: string, folder: string | null, suffix: string }} Making what names it, and the folder its sources are in, if it has any */

const CACHE = join(PROJECT, ".cache", "recon");

/**
 * What was made before, of the sources as they are now; made now where there is nothing.
 *
 * @param {Making} what
 * @param {(made: Buffer) => boolean} isWhole whether a file is what was made: a machine that lost its power may have kept a part of it
 * @param {() => Promise<Buffer>} make
 * @returns {Promise<{ path: string, made: Buffer }>} what was made, and where it is kept
 */
async function fromCache(what, isWhole, make) {
  const kept = fromBefore(what, isWhole);
  if (kept !== null) return kept;
  const path = pathOf(what);
  const file = fileOf(what.name);
  try {
    mkdirSync(CACHE, { recursive: true });
    for (const old of readdirSync(CACHE)) if (old.startsWith(`${file}-`)) rmSync(join(CACHE, old), { force: true });
  } catch {
    // A checkout that may only be read: made anew each time.
  }
  const made = await make();
  keep(path, made);
  return { path, made };
}

/**
 * What was made before, of the sources as they are now; null where there is nothing.
 *
 * @param {Making} what
 * @param {(made: Buffer) => boolean} isWhole
 * @returns {{ path: string, made: Buffer } | null}
 */
function fromBefore(what, isWhole) {
  const path = pathOf(what);
  try {
    const made = readFileSync(path);
    return isWhole(made) ? { path, made } : null;
  } catch {
    return null;
  }
}

/** @param {Making} what */
function pathOf({ name, folder, suffix }) {
  return join(CACHE, `${fileOf(name)}-${stateOf(folder)}${suffix}`);
}

/** @param {string} name */
function fileOf(name) {
  return name.replace(/\W+/g, "-");
}

/**
 * Keeps a file for the next time, where that is possible.
 *
 * @param {string} path another process may be writing the same
 * @param {Buffer} contents
 */
function keep(path, contents) {
  const partial = `${path}.${process.pid}-${threadId}`;
  try {
    writeFileSync(partial, contents);
    renameSync(partial, path);
  } catch {
    // As above.
  }
}

/**
 * By folder what was found last, and when: commands compile several things in their first second.
 *
 * @type {Map<string | null, { at: number; state: string }>}
 */
const states = new Map();

/**
 * Names the present state of sources: every file with its size and time, what is installed, and where.
 *
 * @param {string | null} folder null for what is installed alone
 * @param {{ isFresh: boolean }} options whether what was found in the last second will not do
 * @returns {string}
 */
function stateOf(folder, { isFresh } = { isFresh: false }) {
  const known = states.get(folder);
  if (!isFresh && known !== undefined && Date.now() - known.at < 1000) return known.state;
  const hash = createHash("sha256").update(PROJECT);
  const sources = folder === null ? [] : sourcesIn(folder);
  for (const name of [...sources, ...sourcesIn(__dirname), join(PROJECT, "package-lock.json")]) {
    // A link of an editor's may lead nowhere.
    const found = statSync(name, { throwIfNoEntry: false });
    hash.update(`\n${name} ${found?.size} ${found?.mtimeMs}`);
  }
  const state = hash.digest("hex").slice(0, 32);
  states.set(folder, { at: Date.now(), state });
  return state;
}

/**
 * @param {string} folder
 * @returns {string[]} in an order that does not change
 */
function sourcesIn(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = `${folder}${sep}${entry.name}`;
    return entry.isDirectory() ? sourcesIn(path) : /\.(ts|cjs)$/.test(path) ? [path] : [];
  });
}

module.exports = { CACHE, PROJECT, fromBefore, fromCache, keep, stateOf };
