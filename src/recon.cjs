// @ts-check
"use strict";

/**
 * The command `recon`: installs what it needs where nothing is installed, compiles the terminal's sources into one file when one of them has changed, and runs it. Compiling takes a
 * moment and is done once; a command then starts in a third of the time that loading several hundred files one by one would take.
 */
const { createHash } = require("node:crypto");
const {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require("node:fs");
const Module = require("node:module");
const { basename, dirname, join } = require("node:path");

const PROJECT = join(__dirname, "..");
const CACHE = join(PROJECT, ".cache", "recon");
/** Small packages of many files. The others stay where they are, and are loaded when they are first used. */
const COMPILED_IN = ["@duckdb/node-api", "commander", "csv-parse", "csv-stringify", "zod"];

/**
 * Names the present state of the sources: every file with its size and time, what is installed, and where.
 *
 * @returns {string}
 */
function stateOfSources() {
  const hash = createHash("sha256").update(PROJECT);
  const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.ts$|^recon\.cjs$/.test(name),
  );
  for (const name of [...files.sort().map((file) => join(__dirname, file)), join(PROJECT, "package-lock.json")]) {
    const { mtimeMs, size } = statSync(name);
    hash.update(`\n${name} ${size} ${mtimeMs}`);
  }
  return hash.digest("hex").slice(0, 32);
}

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
 * Compiles the terminal's sources into one.
 *
 * @returns {Promise<string>}
 */
async function compile() {
  const { build } = require("esbuild");
  const { dependencies } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, "cli.ts")],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    keepNames: true,
    external: ["@duckdb/node-bindings*", ...Object.keys(dependencies).filter((name) => !COMPILED_IN.includes(name))],
    plugins: [ownFolder],
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

/**
 * Keeps what was compiled for the next command, in place of what was compiled of earlier sources.
 *
 * @param {string} path another process may be writing the same
 * @param {string} text
 */
function keep(path, text) {
  mkdirSync(CACHE, { recursive: true });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, text);
  renameSync(partial, path);
  for (const name of readdirSync(CACHE))
    if (!name.startsWith(basename(path))) rmSync(join(CACHE, name), { force: true });
}

async function main() {
  const path = join(CACHE, `${stateOfSources()}.cjs`);
  if (existsSync(path)) return require(path);
  const text = await compile();
  try {
    keep(path, text);
  } catch {
    // A checkout that may only be read: compiled anew for each command.
  }
  const compiled = Object.assign(new Module(path), { filename: path, paths: module.paths });
  // @ts-expect-error what `require` itself calls
  compiled._compile(text, path);
}

// Only where nothing is installed: whoever installs by other means is not to have it done again.
if (!existsSync(join(PROJECT, "node_modules", "esbuild"))) require("./install.cjs");
main().catch((/** @type {Error} */ { message }) => {
  console.error(`recon: the sources cannot be compiled: ${message}`);
  process.exitCode = 2;
});
