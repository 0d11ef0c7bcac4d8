// @ts-check
"use strict";

/** Loads the TypeScript of tslab, and makes it do less: the first cell of a notebook then starts in a third of the time. */
const { existsSync } = require("node:fs");
const { provide } = require("../compiled/run.cjs");

/** @typedef {(path: string) => string[]} GetDirectories */
/** @typedef {{ fileName: string }} SourceFile */
/** @typedef {{ getSourceFiles: () => readonly SourceFile[] }} Program */
/** @typedef {{ getAllDependencies: (file: SourceFile) => string[], getProgram: () => Program }} Builder */
/** @typedef {{ afterProgramCreate: (builder: Builder) => void, getCurrentDirectory: () => string, resolveModuleNameLiterals?: ResolveNames }} WatchHost */
/** @typedef {{ resolvedModule: object | undefined }} Resolved */
/** @typedef {(names: readonly { text: string }[], from: string, redirected: object | undefined, options: object) => Resolved[]} ResolveNames */
/**
 * @typedef {{
 *   createWatchProgram: (host: WatchHost) => object,
 *   createModuleResolutionCache: (folder: string, canonical: (name: string) => string) => object,
 *   resolveModuleName: (name: string, from: string, options: object, host: WatchHost, cache: object) => Resolved,
 * }} TypeScript
 */

/**
 * To be called before tslab is loaded, which then finds this TypeScript in the cache of modules. It is loaded when it is first used:
 * that takes a second or two, and most cells were converted before.
 *
 * @param {NodeJS.Require} fromTslab
 * @param {{ watch: boolean, onProgram: (program: Program) => void }} options whether types follow a source file changed on disk; who is told
 *   of each program
 */
function deferTypeScript(fromTslab, options) {
  const path = fromTslab.resolve("@tslab/typescript-for-tslab");
  const { version } = fromTslab("@tslab/typescript-for-tslab/package.json");
  /** @type {Record<string | symbol, any> | null} */
  let loaded = null;
  const load = () => {
    delete fromTslab.cache[path];
    const typescript = prepare(fromTslab(path), options);
    provide(fromTslab, path, () => deferred);
    return typescript;
  };
  const get = (/** @type {Record<string | symbol, any>} */ own, /** @type {string | symbol} */ name) => {
    if (name in own) return own[name];
    loaded ??= load();
    return loaded[name];
  };
  /** @type {object} */
  const deferred = new Proxy({ __esModule: true, version }, { get });
  provide(fromTslab, path, () => deferred);
}

/**
 * @param {any} typescript
 * @param {{ watch: boolean, onProgram: (program: Program) => void }} options
 */
function prepare(typescript, { watch, onProgram }) {
  readOnlyTypesOfNode(typescript.sys);
  if (!watch) {
    const watchNothing = () => ({ close() {} });
    typescript.sys.watchFile = watchNothing;
    typescript.sys.watchDirectory = watchNothing;
  }
  return { ...typescript, createWatchProgram: compileCellsOnly(typescript, onProgram) };
}

/**
 * By itself the compiler reads every package of `@types`; imports find theirs anyway.
 *
 * @param {{ getDirectories: GetDirectories }} sys
 */
function readOnlyTypesOfNode(sys) {
  const getDirectories = sys.getDirectories;
  sys.getDirectories = (path) =>
    /[\\/]@types[\\/]?$/.test(path) ? getDirectories(path).filter((name) => name === "node") : getDirectories(path);
}

/** Their types take longer to read than all of ours together, and no cell sees one of them. */
const UNSEEN_PACKAGES = ["stripe", "@duckdb/node-api"];

/**
 * tslab would check and compile every source file that a cell depends on. They are checked in the project, and Node
 * loads them through tsx as the terminal does; the compiler still gives the cell their types.
 *
 * @param {TypeScript} typescript
 * @param {(program: Program) => void} onProgram
 * @returns {(host: WatchHost) => object}
 */
function compileCellsOnly({ createWatchProgram, createModuleResolutionCache, resolveModuleName }, onProgram) {
  return (host) => {
    const root = host.getCurrentDirectory();
    const sources = `${root.replaceAll("\\", "/")}/src/`;
    const cache = createModuleResolutionCache(root, (name) => name);
    host.resolveModuleNameLiterals = (names, from, _redirected, options) =>
      names.map(({ text }) =>
        UNSEEN_PACKAGES.includes(text) && from.startsWith(sources)
          ? { resolvedModule: undefined }
          : resolveModuleName(text, from, options, host, cache),
      );
    const { afterProgramCreate } = host;
    host.afterProgramCreate = (builder) => {
      const getAllDependencies = builder.getAllDependencies;
      // Modules written in a cell exist for tslab alone.
      builder.getAllDependencies = (file) =>
        getAllDependencies(file).filter((name) => name === file.fileName || !existsSync(name));
      onProgram(builder.getProgram());
      afterProgramCreate.call(host, builder);
    };
    return createWatchProgram(host);
  };
}

module.exports = { deferTypeScript };
