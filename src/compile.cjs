// @ts-check
"use strict";

/** Compiles TypeScript of this project, with everything of `src` that it imports, into one file of JavaScript. */
const { readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

const PROJECT = join(__dirname, "..");
/** Small packages of many files. The others stay where they are, and are loaded when they are first used. */
const COMPILED_IN = ["@duckdb/node-api", "commander", "csv-parse", "csv-stringify", "zod"];

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
 * @param {string} entry path of the file to begin with
 * @returns {Promise<string>} what is to be run from inside the project, where it finds its packages
 * @throws an error that names the place, when a source cannot be compiled
 */
async function compile(entry) {
  const { build } = require("esbuild");
  const { dependencies } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
  const { outputFiles } = await build({
    entryPoints: [entry],
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

module.exports = { compile };
