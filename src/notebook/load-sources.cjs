// @ts-check
"use strict";

/** Loads the project's own sources in a process that runs cells, as the terminal loads them. */
const { statSync } = require("node:fs");
const Module = require("node:module");
const { join, sep } = require("node:path");
const { runCompiled } = require("../compile.cjs");

/**
 * Makes `require` understand TypeScript.
 *
 * @param {NodeJS.Require} fromRoot
 * @param {string} root folder of package.json
 * @returns {() => void} forgets the loaded sources when one of them changed on disk, so that the next import is fresh
 */
function loadSources(fromRoot, root) {
  fromRoot("tsx/cjs/api").register();
  const folder = join(root, "src") + sep;
  /** @type {Map<string, number>} */
  const seen = new Map();
  return () => {
    const loaded = Object.keys(fromRoot.cache).filter((file) => file.startsWith(folder) && file.endsWith(".ts"));
    const changed = loaded.filter((file) => {
      const time = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      const before = seen.get(file);
      seen.set(file, time);
      return before !== undefined && before !== time;
    });
    if (changed.length > 0) for (const file of loaded) delete fromRoot.cache[file];
  };
}

/**
 * Loads `src/index` in one piece, which takes a third of the time that its several hundred files would take. Cells then find it there.
 * Where it cannot be compiled, they load the files, and say what is wrong with them.
 *
 * @param {NodeJS.Require} fromRoot
 * @param {string} root
 */
async function loadIndexAtOnce(fromRoot, root) {
  const entry = join(root, "src", "index.ts");
  try {
    const exports = await runCompiled(entry);
    fromRoot.cache[entry] = Object.assign(new Module(entry), { exports, filename: entry, loaded: true });
  } catch {
    // See above.
  }
}

module.exports = { loadIndexAtOnce, loadSources };
