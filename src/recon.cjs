// @ts-check
"use strict";

/**
 * The command `recon`: installs what it needs where nothing is installed, compiles the terminal's sources into one file when one of
 * them has changed, and runs it. Compiling takes a moment and is done once; a command then starts in a third of the time that loading
 * several hundred files one by one would take.
 */
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { basename, join } = require("node:path");
const { compile } = require("./compile.cjs");

const PROJECT = join(__dirname, "..");
const CACHE = join(PROJECT, ".cache", "recon");

/**
 * Names the present state of the sources: every file with its size and time, what is installed, and where.
 *
 * @returns {string}
 */
function stateOfSources() {
  const hash = createHash("sha256").update(PROJECT);
  const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.ts$|^(recon|compile)\.cjs$/.test(name),
  );
  for (const name of [...files.sort().map((file) => join(__dirname, file)), join(PROJECT, "package-lock.json")]) {
    const { mtimeMs, size } = statSync(name);
    hash.update(`\n${name} ${size} ${mtimeMs}`);
  }
  return hash.digest("hex").slice(0, 32);
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
  const text = await compile(join(__dirname, "cli.ts"));
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
