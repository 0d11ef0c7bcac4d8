// @ts-check
"use strict";

/** Loads the project's own sources in a process that runs cells, as the terminal loads them. */
const { join, sep } = require("node:path");
const { stateOf } = require("../compiled/cache.cjs");
const { provide, providePackage, runCompiled } = require("../compiled/run.cjs");

/**
 * Makes `require` understand TypeScript.
 *
 * @param {NodeJS.Require} fromRoot
 * @param {string} root folder of package.json
 * @returns {() => void} forgets the loaded sources when one of them changed on disk, so that the next import is fresh
 */
function loadSources(fromRoot, root) {
  fromRoot("tsx/cjs/api").register();
  const folder = join(root, "src");
  let state = stateOf(folder);
  return () => {
    const now = stateOf(folder, { isFresh: true });
    if (now === state) return;
    state = now;
    for (const file of Object.keys(fromRoot.cache)) {
      if (file.startsWith(folder + sep) && file.endsWith(".ts")) delete fromRoot.cache[file];
    }
  };
}

/**
 * Loads `src/index` in one piece, which takes a third of the time that its several hundred files would take. Cells then find it there,
 * and Danfo in one piece, too, once a report has used it. Where they cannot be compiled, cells load the files, and say what is wrong with them.
 *
 * @param {NodeJS.Require} fromRoot
 * @param {string} root
 */
async function loadIndexAtOnce(fromRoot, root) {
  const entry = join(root, "src", "index.ts");
  try {
    const exports = await runCompiled(entry);
    provide(fromRoot, entry, () => exports);
  } catch {
    // See above.
  }
  providePackage(fromRoot, "danfojs-node");
}

module.exports = { loadIndexAtOnce, loadSources };
