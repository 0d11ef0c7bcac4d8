// @ts-check
"use strict";

/** Compiles sources of this project, and packages, each once: what was compiled is kept until one of its sources has changed. */
const { execFile } = require("node:child_process");
const { mkdtempSync, readFileSync, rmSync } = require("node:fs");
const { createRequire } = require("node:module");
const { tmpdir } = require("node:os");
const { dirname, join, relative, sep } = require("node:path");
const { pathToFileURL } = require("node:url");
const { promisify } = require("node:util");
const { fromBefore, fromCache, PROJECT } = require("./cache.cjs");

/** @typedef {{ path: string, made: Buffer }} Compiled a program in ASCII as a function, and where it is kept */

const SOURCES = join(PROJECT, "src");

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

/** What packages would use if it were installed. */
const NOT_INSTALLED = ["canvas", "plotly.js-dist-min"];

/** What was compiled is the body of a function, as Node wraps a module: so it can be run as it is kept. */
const OPENING = "(function (exports, require, module, __filename, __dirname) {";
const CLOSING = "})\n// end";

/**
 * TypeScript, with everything of `src` that it imports, as one file of JavaScript.
 *
 * @param {string} entry path of the file to begin with
 * @returns {Promise<string>} what is to be run from inside the project, where it finds its packages
 * @throws an error that names the place, when a source cannot be compiled
 */
async function compile(entry) {
  const { made } = await compileSource(entry);
  return made.toString("latin1", OPENING.length, made.lastIndexOf(CLOSING));
}

/**
 * As {@link compile}. Of what lies outside of `src` nothing is kept.
 *
 * @param {string} entry
 * @returns {Promise<Compiled>}
 */
async function compileSource(entry) {
  if (!entry.startsWith(SOURCES + sep)) return { path: entry, made: await bundleSource(entry) };
  return fromCache({ name: relative(PROJECT, entry), folder: SOURCES, suffix: ".cjs" }, hasEnd, () =>
    bundleSource(entry),
  );
}

/**
 * A package, with everything that it needs, as one file of JavaScript.
 *
 * @param {string} name
 * @returns {Promise<Compiled>}
 */
function compilePackage(name) {
  return fromCache(packageNamed(name), hasEnd, () =>
    bundle({
      stdin: { contents: `module.exports = require(${JSON.stringify(name)})`, resolveDir: PROJECT },
      external: NOT_INSTALLED,
      plugins: [packagePlace],
    }),
  );
}

/**
 * A package that was compiled before; null where it was not.
 *
 * @param {string} name
 * @returns {Compiled | null}
 */
function packageFromBefore(name) {
  return fromBefore(packageNamed(name), hasEnd);
}

/** @param {string} name */
function packageNamed(name) {
  return { name: `package-${name}`, folder: null, suffix: ".cjs" };
}

/** @param {string} entry */
function bundleSource(entry) {
  const { dependencies } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
  return bundle({
    entryPoints: [entry],
    supported: { "dynamic-import": false },
    keepNames: true,
    external: ["@duckdb/node-bindings*", ...Object.keys(dependencies).filter((name) => !COMPILED_IN.includes(name))],
    plugins: [sourcePlace],
  });
}

/** @param {import("esbuild").BuildOptions} options */
async function bundle(options) {
  const { build } = require("esbuild");
  const { outputFiles } = await build({
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    minifyWhitespace: true,
    charset: "ascii",
    banner: { js: OPENING },
    footer: { js: CLOSING },
    logLevel: "silent",
    ...options,
  });
  return Buffer.from(outputFiles?.[0]?.contents ?? "");
}

/**
 * A source knows its own folder, wherever it is compiled to.
 *
 * @type {import("esbuild").Plugin}
 */
const sourcePlace = {
  name: "source-place",
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => ({
      contents: `const __dirname = ${JSON.stringify(dirname(path))};${readFileSync(path, "utf8")}`,
      loader: "ts",
    }));
  },
};

/**
 * A file of a package finds others next to it, wherever it is compiled to.
 *
 * @type {import("esbuild").Plugin}
 */
const packagePlace = {
  name: "package-place",
  setup(build) {
    build.onLoad({ filter: /\.[cm]?js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8")
        .replace(/\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(path).href))
        .replace(/\b__dirname\b/g, JSON.stringify(dirname(path)))
        .replace(/\brequire\.resolve\("(\.[^"]*)"\)/g, (_, name) => JSON.stringify(createRequire(path).resolve(name))),
      loader: "js",
    }));
  },
};

/**
 * AssemblyScript as WebAssembly.
 *
 * @param {string} entry path of the file to begin with; what it imports lies in its folder
 * @returns {Promise<Buffer>}
 * @throws an error that names the place, when a source cannot be compiled
 */
async function assemble(entry) {
  const what = { name: relative(PROJECT, entry), folder: dirname(entry), suffix: ".wasm" };
  const { made } = await fromCache(what, isModule, async () => {
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

/** @param {Buffer} made */
function hasEnd(made) {
  return made
    .toString("latin1", made.length - 32)
    .trimEnd()
    .endsWith(CLOSING);
}

/** @param {Buffer} made */
function isModule(made) {
  // @ts-expect-error known to Node, and not to its types
  return WebAssembly.validate(made);
}

module.exports = { assemble, compile, compilePackage, compileSource, packageFromBefore };
