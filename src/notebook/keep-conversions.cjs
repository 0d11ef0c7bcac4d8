// @ts-check
"use strict";

/**
 * Keeps what tslab made of cells, so that a notebook run again needs no compiler. The JavaScript of a cell follows from its text, from
 * what the cells before it declared, from the sources and from what is installed: all of that names the file it is kept in. Other files
 * that the cell imports stand in it, with their sizes and times.
 */
const { createHash } = require("node:crypto");
const { mkdirSync, readdirSync, readFileSync, rmSync, statSync } = require("node:fs");
const { join } = require("node:path");
const { CACHE, keep, stateOf } = require("../compiled/cache.cjs");

/** @typedef {{ diagnostics: readonly object[], output?: string, declOutput?: string }} Conversion what tslab's executor runs a cell by */
/** @typedef {{ convert: (declared: string, code: string) => Conversion, [method: string]: (...given: any[]) => any }} Converter */
/** @typedef {{ path: string, size: number, mtimeMs: number }} Stamp */

/**
 * A converter that opens tslab's own when a cell was not converted before, when it is asked about a cell, and when a cell is a module.
 *
 * @param {string} root folder of package.json
 * @param {() => Converter} open opens tslab's converter, which takes a second or two
 * @param {() => readonly string[]} filesRead the files that were read for the last conversion
 * @returns {Converter}
 */
function keepConversions(root, open, filesRead) {
  const sources = join(root, "src");
  /** tslab's converter, since when it is open, and of which sources it knows. */
  /** @type {{ converter: Converter, at: number, state: string } | null} */
  let opened = null;
  let hasModules = false;
  const converter = () => {
    opened ??= { at: Date.now(), state: stateOf(sources, { isFresh: true }), converter: open() };
    return opened.converter;
  };
  /** It learns late of sources that change, or never. */
  const reopen = () => {
    if (opened === null || opened.state === stateOf(sources, { isFresh: true })) return;
    opened.converter.close();
    opened = null;
  };
  /** Whether a conversion is of the files as they are now. */
  const isCurrent = (/** @type {readonly Stamp[]} */ others) =>
    opened !== null &&
    opened.state === stateOf(sources, { isFresh: true }) &&
    others.every(({ mtimeMs }) => mtimeMs < (opened?.at ?? 0));
  const top = root.replaceAll("\\", "/");
  const isNamed = (/** @type {string} */ file) =>
    file.startsWith(`${top}/node_modules/`) || (file.startsWith(`${top}/src/`) && file.endsWith(".ts"));

  return {
    convert: (declared, code) => {
      if (hasModules) return converter().convert(declared, code);
      const kept = readKept(join(folderOf(stateOf(sources)), nameOf(declared, code)));
      if (kept !== null) return kept;
      reopen();
      const conversion = converter().convert(declared, code);
      const others = filesRead()
        .filter((file) => !isNamed(file))
        .flatMap(stampOf);
      if (conversion.diagnostics.length === 0 && isCurrent(others)) {
        const path = join(folderOf(stateOf(sources)), nameOf(declared, code));
        keep(path, Buffer.from(JSON.stringify({ conversion, others })));
      }
      return conversion;
    },
    addModule: (...given) => {
      hasModules = true;
      return converter().addModule(...given);
    },
    inspect: (...given) => converter().inspect(...given),
    complete: (...given) => converter().complete(...given),
    close: () => opened?.converter.close(),
  };
}

/** @type {Set<string>} */
const made = new Set();

/**
 * The folder of cells converted with the sources as they are; what was made with others is removed.
 *
 * @param {string} state
 */
function folderOf(state) {
  const name = `cells-${state}`;
  const folder = join(CACHE, name);
  if (made.has(name)) return folder;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const other of readdirSync(CACHE)) {
      if (other.startsWith("cells-") && other !== name) rmSync(join(CACHE, other), { recursive: true, force: true });
    }
    made.add(name);
  } catch {
    // A checkout that may only be read: converted anew each time.
  }
  return folder;
}

/**
 * @param {string} declared
 * @param {string} code
 */
function nameOf(declared, code) {
  const given = JSON.stringify([process.version, declared, code]);
  return `${createHash("sha256").update(given).digest("hex")}.json`;
}

/**
 * @param {string} path
 * @returns {Conversion | null} null when there is none, or when another file that the cell imports has changed
 */
function readKept(path) {
  try {
    /** @type {{ conversion: Conversion, others: readonly Stamp[] }} */
    const { conversion, others } = JSON.parse(readFileSync(path, "utf8"));
    const isFresh = others.every((then) => {
      const [now] = stampOf(then.path);
      return now?.size === then.size && now.mtimeMs === then.mtimeMs;
    });
    return isFresh ? conversion : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} path
 * @returns {readonly Stamp[]} none for a cell, which is no file
 */
function stampOf(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? [] : [{ path, size: found.size, mtimeMs: found.mtimeMs }];
}

module.exports = { keepConversions };
