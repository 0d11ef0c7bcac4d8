// @ts-check
"use strict";

/**
 * Starts tslab's TypeScript in this process: shared by the kernel and by the headless runner, so that both run cells alike.
 *
 * Plain JavaScript, as its neighbors, because a kernelspec starts Node without a loader of TypeScript.
 * It uses internals of tslab, whose version is pinned for that reason.
 */
const { createRequire } = require("node:module");
const { join } = require("node:path");
const { PROJECT } = require("../compiled/cache.cjs");
const { compilePackage } = require("../compiled/compile.cjs");
const { provide } = require("../compiled/run.cjs");
const { describeComplaints } = require("./describe-error.cjs");
const { keepConversions } = require("./keep-conversions.cjs");
const { loadIndexAtOnce, loadSources } = require("./load-sources.cjs");
const { deferTypeScript } = require("./load-typescript.cjs");

/** @typedef {(name: string, text: string) => void} OnStream */
/** @typedef {{ data: object, metadata: object, transient?: { display_id?: string } }} DisplayData */
/** @typedef {(content: DisplayData, update?: boolean) => void} OnDisplay */
/** @typedef {{ status: string, count: number | null, error: import("./describe-error.cjs").CellError | null }} Outcome */

/**
 * Changes to the folder that holds package.json, which tslab takes as the root of all imports, and starts tslab there.
 *
 * @param {string} root folder of package.json
 * @param {{ watch: boolean, onCompiler?: (event: "opening" | "opened") => void }} options whether the next cell sees a source file changed
 *   on disk; who is told when the compiler is opened, which may be while a cell waits for it
 */
function startTslab(root, { watch, onCompiler = () => {} }) {
  process.chdir(root);
  const fromRoot = createRequire(join(root, "package.json"));
  const fromTslab = createRequire(fromRoot.resolve("tslab/package.json"));
  /** @type {readonly { fileName: string }[]} */
  let filesRead = [];
  const onProgram = (/** @type {import("./load-typescript.cjs").Program} */ program) => {
    filesRead = program.getSourceFiles();
  };
  deferTypeScript(fromTslab, { watch, onProgram });
  const compiler = deferCompiler(fromRoot);
  const { createExecutor } = fromRoot("tslab/dist/executor");
  const { JupyterHandlerImpl, ZmqServer } = fromRoot("tslab/dist/jupyter");
  const forgetChanged = loadSources(fromRoot, root);

  const open = () => {
    onCompiler("opening");
    const opened = compiler().createConverter({ isJS: false, isBrowser: false });
    onCompiler("opened");
    return opened;
  };
  // What is compiled for another checkout is not kept.
  const isOwn = root === PROJECT;
  const converter = isOwn ? keepConversions(root, open, () => filesRead.map(({ fileName }) => fileName)) : open();
  const converters = { node: converter, browser: converter, close: () => converter.close() };
  /** What tslab wants to print of the running cell's error: the thrown value, or the compiler's messages. */
  /** @type {unknown[][]} */
  let complaints = [];
  const executor = createExecutor(process.cwd(), converters, {
    log: (/** @type {unknown[]} */ ...args) => console.log(...args),
    error: (/** @type {unknown[]} */ ...args) => complaints.push(args),
  });

  /** tslab's handler queues cells and runs one at a time: what is complained of meanwhile belongs to that cell. */
  class Handler extends /** @type {new (...given: any[]) => any} */ (JupyterHandlerImpl) {
    /**
     * @param {{ code: string, outcome: Partial<Outcome> }} request
     * @param {unknown[]} rest
     */
    async handleExecuteImpl(request, ...rest) {
      complaints = [];
      if (watch) forgetChanged();
      try {
        return await super.handleExecuteImpl(request, ...rest);
      } finally {
        if (watch) forgetChanged();
        if (complaints.length > 0) request.outcome.error = describeComplaints(complaints, request.code, root);
      }
    }
  }
  const handler = new Handler(executor, false);

  /**
   * Runs a cell. An outcome of `abort` means that it was skipped, because a cell before it had just failed.
   *
   * @param {string} code
   * @param {OnStream} onStream
   * @param {OnDisplay} onDisplay
   * @returns {Promise<Outcome>}
   */
  async function execute(code, onStream, onDisplay) {
    await ready;
    /** @type {Partial<Outcome>} */
    const outcome = {};
    const reply = await handler.handleExecute({ code, outcome }, onStream, onDisplay);
    const failed = reply.status === "error" || outcome.error !== undefined;
    return {
      status: failed ? "error" : reply.status,
      count: reply.execution_count ?? null,
      error: failed ? (outcome.error ?? describeComplaints([], code, root)) : null,
    };
  }

  /** Forgets what cells have declared and counts from 1, as a restarted kernel does; what has been loaded stays. */
  function reset() {
    executor.reset();
    handler.execCount = 0;
  }

  const ready = isOwn ? loadIndexAtOnce(fromRoot, root) : Promise.resolve();
  /** Has the compiler read what the cells so far import: it then answers questions about the next one at once. */
  const openCompiler = () => void executor.inspect("", 0);
  /** Loads Danfo ahead, which takes most of a second, and has it in one piece the next time. */
  function loadFrames() {
    try {
      fromRoot("danfojs-node");
      compilePackage("danfojs-node").catch(() => undefined);
    } catch {
      // The cell that needs it will say why.
    }
  }

  return { executor, handler, ZmqServer, execute, loadFrames, openCompiler, ready, reset };
}

/**
 * Has tslab load its compiler when it is first used: two of its modules use it for little else than that.
 *
 * @param {NodeJS.Require} fromRoot
 * @returns {() => any} loads tslab's converter
 */
function deferCompiler(fromRoot) {
  const path = fromRoot.resolve("tslab/dist/converter");
  /** @type {any} */
  let loaded = null;
  const load = () => {
    if (loaded === null) {
      delete fromRoot.cache[path];
      loaded = fromRoot(path);
    }
    return loaded;
  };
  const deferred = { isCompleteCode: (/** @type {string} */ code) => load().isCompleteCode(code) };
  provide(fromRoot, path, () => deferred);
  const metadata = fromRoot("tslab/dist/metadata");
  const { getCodeMetadata } = metadata;
  // What a cell says of itself, such as "@module", it says in comments of this kind.
  metadata.getCodeMetadata = (/** @type {string} */ code) => (code.includes("/**") ? getCodeMetadata(code) : {});
  return load;
}

module.exports = { startTslab };
