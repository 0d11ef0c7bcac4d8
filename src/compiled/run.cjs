// @ts-check
"use strict";

/** Runs what was compiled, with the machine code that was made of it the last time. */
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join } = require("node:path");
const v8 = require("node:v8");
const vm = require("node:vm");
const { crc32 } = require("node:zlib");
const { CACHE, keep, PROJECT, stateOf } = require("./cache.cjs");
const { compileSource, packageFromBefore } = require("./compile.cjs");

/** @typedef {import("./compile.cjs").Compiled} Compiled */

/** What runs for the first time, and where its machine code is to be kept. */
/** @type {Map<string, vm.Script>} */
const unkept = new Map();

/**
 * Compiles TypeScript and runs it.
 *
 * @param {string} entry path of the file to begin with
 * @returns {Promise<object>} what it exports
 * @throws an error that names the place, when a source cannot be compiled, and what it throws itself
 */
async function runCompiled(entry) {
  return run(await compileSource(entry), entry.replace(/\.ts$/, ".cjs"));
}

/**
 * From now on, `require` gives a package in one piece, loaded when it is first used: a package of a thousand files takes half the time.
 * One that was not compiled before stays as it is.
 *
 * @param {NodeJS.Require} from
 * @param {string} name
 */
function providePackage(from, name) {
  const compiled = packageFromBefore(name);
  if (compiled === null) return;
  provide(from, from.resolve(name), () => run(compiled, join(PROJECT, "src", `${name}.cjs`)));
}

/**
 * @param {NodeJS.Require} from
 * @param {string} path
 * @param {() => object} load gives what `require` gives from now on
 */
function provide(from, path, load) {
  /** @type {object | null} */
  let exports = null;
  const module = Object.assign(new Module(path), { filename: path, loaded: true });
  Object.defineProperty(module, "exports", { get: () => (exports ??= load()) });
  from.cache[path] = module;
}

/**
 * @param {Compiled} compiled
 * @param {string} filename where it runs as if it stood there
 * @returns {object}
 */
function run({ path, made }, filename) {
  // What was compiled is ASCII.
  const script = prepare(path, made.toString("latin1"), filename);
  const own = Object.assign(new Module(filename), { filename, paths: module.paths });
  script.runInThisContext()(own.exports, Module.createRequire(filename), own, filename, dirname(filename));
  return own.exports;
}

/**
 * A script of a package, for a page of jsdom.
 *
 * @param {string} name a file of the package
 * @param {string} text
 * @returns {vm.Script}
 */
function prepareScript(name, text) {
  return prepare(join(CACHE, `script-${name}-${stateOf(null)}.js`), text, name);
}

/**
 * @param {string} path where the program is kept, or would be
 * @param {string} text
 * @param {string} filename
 */
function prepare(path, text, filename) {
  // Machine code is of use to a process with the same options alone.
  const codePath = `${path}.${v8.cachedDataVersionTag()}.v8`;
  const cachedData = readCode(codePath);
  const script = new vm.Script(text, { filename, ...(cachedData && { cachedData }) });
  if (cachedData === undefined || script.cachedDataRejected === true) {
    if (unkept.size === 0) process.once("exit", keepCode);
    unkept.set(codePath, script);
  }
  return script;
}

/**
 * V8 would run what is not whole, and end the process: a checksum stands behind it.
 *
 * @param {string} path
 */
function readCode(path) {
  try {
    const kept = readFileSync(path);
    const code = kept.subarray(0, -4);
    return crc32(code) === kept.readUInt32LE(code.length) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the machine code of all that has run. A process does so at its end; a thread has to be told. */
function keepCode() {
  for (const [path, script] of unkept) {
    const code = script.createCachedData();
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32LE(crc32(code));
    keep(path, Buffer.concat([code, checksum]));
  }
  unkept.clear();
}

module.exports = { keepCode, prepareScript, provide, providePackage, runCompiled };
