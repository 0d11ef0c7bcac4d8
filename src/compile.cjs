// @ts-check
"use strict";

/** Compiles sources of this project, each once: what was compiled is kept until one of its sources has changed. */
const { execFile } = require("node:child_process");
const { createHash } = require("node:crypto");
const {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require("node:fs");
const Module = require("node:module");
const { tmpdir } = require("node:os");
const { dirname, join, relative, sep } = require("node:path");
const { promisify } = require("node:util");
const vm = require("node:vm");

const PROJECT = join(__dirname, "..");
const CACHE = join(PROJECT, ".cache", "recon");
/** Small packages of many files. The others stay where they are, and are loaded when they are first used. */
const COMPILED_IN = [
  "@duckdb/node-api",
  "cockatiel",
  "commander",
  "croner",
  "csv-parse",
  "csv-stringify",
  "escape-html",
  "p-queue",
  "papaparse",
  "proper-lockfile",
  "zod",
];

/** The last line of what was compiled. */
const END = "// end";

/** A source knows its own folder, wherever it is compiled to. */
const ownFolder = {
  name: "own-folder",
  /** @param {import("esbuild").PluginBuild} build */
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => ({
      contents: `const __dirname = ${JSON.stringify(dirname(path))};${readFileSync(path, "utf8")}`,
      loader: "ts",
    }));
  },
};

/**
 * TypeScript, with everything of `src` that it imports, as one file of JavaScript.
 *
 * @param {string} entry path of the file to begin with
 * @returns {Promise<string>} what is to be run from inside the project, where it finds its packages
 * @throws an error that names the place, when a source cannot be compiled
 */
async function compile(entry) {
  return (await compiled(entry)).text;
}

/**
 * Of what lies outside of `src` nothing is kept.
 *
 * @param {string} entry
 */
async function compiled(entry) {
  const isOurs = entry.startsWith(__dirname + sep);
  const { path, made } = isOurs
    ? await fromCache(entry, __dirname, ".cjs", hasEnd, () => bundle(entry))
    : { path: entry, made: await bundle(entry) };
  return { path, text: made.toString("latin1") };
}

/** @param {string} entry */
async function bundle(entry) {
  const { build } = require("esbuild");
  const { dependencies } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    keepNames: true,
    minifyWhitespace: true,
    charset: "ascii",
    supported: { "dynamic-import": false },
    external: ["@duckdb/node-bindings*", ...Object.keys(dependencies).filter((name) => !COMPILED_IN.includes(name))],
    plugins: [ownFolder],
    footer: { js: END },
    logLevel: "silent",
  });
  return Buffer.from(outputFiles[0]?.contents ?? "");
}

/**
 * AssemblyScript as WebAssembly.
 *
 * @param {string} entry path of the file to begin with; what it imports lies in its folder
 * @returns {Promise<Buffer>}
 * @throws an error that names the place, when a source cannot be compiled
 */
async function assemble(entry) {
  const { made } = await fromCache(entry, dirname(entry), ".wasm", isModule, async () => {
    const compiler = join(PROJECT, "node_modules", "assemblyscript", "bin", "asc.js");
    const options = ["-O3", "--runtime", "stub", "--noAssert", "--enable", "simd", "--use", "abort="];
    const folder = mkdtempSync(join(tmpdir(), "recon-"));
    try {
      const target = join(folder, "made.wasm");
      const from = { cwd: PROJECT };
      await promisify(execFile)(process.execPath, [compiler, relative(PROJECT, entry), ...options, "-o", target], from);
      return readFileSync(target);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  return made;
}

/**
 * What was compiled before, of the sources as they are now.
 *
 * @param {string} entry
 * @param {string} folder where the sources are
 * @param {string} suffix
 * @param {(made: Buffer) => boolean} isWhole whether a file is what was made: a machine that lost its power may have kept a part of it
 * @param {() => Promise<Buffer>} make
 * @returns what was made, and where it is kept
 */
async function fromCache(entry, folder, suffix, isWhole, make) {
  const name = entry.slice(PROJECT.length).replace(/\W+/g, "-").slice(1);
  const path = join(CACHE, `${name}-${stateOf(folder)}${suffix}`);
  const kept = readWhole(path, isWhole);
  if (kept !== null) return { path, made: kept };
  try {
    mkdirSync(CACHE, { recursive: true });
    for (const old of readdirSync(CACHE)) if (old.startsWith(`${name}-`)) rmSync(join(CACHE, old), { force: true });
  } catch {
    // A checkout that may only be read: compiled anew each time.
  }
  const made = await make();
  keep(path, made);
  return { path, made };
}

/**
 * @param {string} path
 * @param {(made: Buffer) => boolean} isWhole
 * @returns {Buffer | null} null when there is no such file
 */
function readWhole(path, isWhole) {
  try {
    const made = readFileSync(path);
    return isWhole(made) ? made : null;
  } catch {
    return null;
  }
}

/** @param {Buffer} made */
function hasEnd(made) {
  return made
    .toString("latin1", made.length - 32)
    .trimEnd()
    .endsWith(END);
}

/** @param {Buffer} made */
function isModule(made) {
  // @ts-expect-error known to Node, and not to its types
  return WebAssembly.validate(made);
}

/**
 * Keeps a file for the next time, where that is possible.
 *
 * @param {string} path another process may be writing the same
 * @param {Buffer} contents
 */
function keep(path, contents) {
  const partial = `${path}.${process.pid}`;
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
 * @type {Map<string, { at: number; state: string }>}
 */
const states = new Map();

/**
 * Names the present state of sources: every file with its size and time, what is installed, and where.
 *
 * @param {string} folder
 * @returns {string}
 */
function stateOf(folder) {
  const known = states.get(folder);
  if (known !== undefined && Date.now() - known.at < 1000) return known.state;
  const hash = createHash("sha256").update(PROJECT);
  for (const name of [...sourcesIn(folder), __filename, join(PROJECT, "package-lock.json")]) {
    const { mtimeMs, size } = statSync(name);
    hash.update(`\n${name} ${size} ${mtimeMs}`);
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
    return entry.isDirectory() ? sourcesIn(path) : path.endsWith(".ts") ? [path] : [];
  });
}

/**
 * Compiles TypeScript and runs it, with the machine code that was made of it the last time.
 *
 * @param {string} entry path of the file to begin with
 * @returns {Promise<object>} what it exports
 * @throws as {@link compile}, and what it throws itself
 */
async function runCompiled(entry) {
  const { text, path } = await compiled(entry);
  const codePath = `${path}.v8`;
  const cachedData = existsSync(codePath) ? readFileSync(codePath) : undefined;
  const filename = entry.replace(/\.ts$/, ".cjs");
  const script = new vm.Script(Module.wrap(text), { filename, ...(cachedData && { cachedData }) });
  if (cachedData === undefined || script.cachedDataRejected === true)
    process.on("exit", () => keep(codePath, script.createCachedData()));
  const own = Object.assign(new Module(filename), { filename, paths: module.paths });
  script.runInThisContext()(own.exports, Module.createRequire(filename), own, filename, dirname(filename));
  return own.exports;
}

module.exports = { assemble, compile, runCompiled };
