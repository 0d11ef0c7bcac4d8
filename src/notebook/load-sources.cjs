// @ts-check
"use strict";

/** Loads the project's own sources in a process that runs cells, as the terminal loads them. */
const { statSync } = require("node:fs");
const { join, sep } = require("node:path");

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

module.exports = { loadSources };
