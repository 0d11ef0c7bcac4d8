// @ts-check
"use strict";

/**
 * What the kernelspec starts: `node launch-kernel.cjs --connection-file FILE`.
 *
 * It differs from tslab's own kernel in three points: imports start from the folder of package.json, not from the
 * notebook's; an error is an error to the front end, without stacks of compiled code, and stops "Run all" clients;
 * and a kernel whose ports are taken ends instead of staying silent.
 */
const { existsSync, readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { describeThrown } = require("./describe-error.cjs");
const { startTslab } = require("./start-tslab.cjs");

/**
 * The checkout the notebook lies in, for front ends start a kernel in the notebook's folder; else the launcher's own.
 * So one kernel, installed once, serves every checkout with that checkout's code.
 *
 * @param {string} start
 */
function findRoot(start) {
  const own = dirname(dirname(__dirname));
  const { name } = readPackage(own);
  for (let folder = start; ; folder = dirname(folder)) {
    if (readPackage(folder).name === name && existsSync(join(folder, "node_modules", "tslab"))) return folder;
    if (folder === dirname(folder)) return own;
  }
}

/**
 * @param {string} folder
 * @returns {{ name?: string }}
 */
function readPackage(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  } catch {
    return {};
  }
}

/** How long nothing is to run until the compiler is opened, which completion needs and cells that were run before do not. */
const PAUSE_MS = 2000;

/** @param {string} connectionFile what the front end wrote for this kernel: its ports and the key that signs messages */
function launch(connectionFile) {
  const root = findRoot(process.cwd());
  const tslab = startTslab(root, { watch: true });
  let asked = 0;
  let isClosed = false;
  let pause = setTimeout(tslab.openCompiler, PAUSE_MS).unref();

  class Server extends /** @type {new (...given: any[]) => any} */ (tslab.ZmqServer) {
    /**
     * @param {object} socket
     * @param {{ content: { code: string } }} request
     */
    async handleExecute(socket, request) {
      clearTimeout(pause);
      asked++;
      const { status, count, error } = await tslab.execute(
        request.content.code,
        (name, text) => this.answer(request, this.iopub, "stream", { name, text }),
        (data, update) => this.answer(request, this.iopub, update ? "update_display_data" : "display_data", data),
      );
      if (error !== null) this.answer(request, this.iopub, "error", error);
      const reply = { status: status === "abort" ? "aborted" : status, execution_count: count ?? undefined, ...error };
      this.answer(request, socket, "execute_reply", reply);
      if (--asked === 0 && !isClosed) pause = setTimeout(tslab.openCompiler, PAUSE_MS).unref();
    }

    /** A compiler opened now would keep the process alive. */
    close() {
      isClosed = true;
      clearTimeout(pause);
      super.close();
    }

    /**
     * @param {any} request
     * @param {object} socket
     * @param {string} type
     * @param {object} content
     */
    answer(request, socket, type, content) {
      const message = request.createReply();
      message.header.msg_type = type;
      message.content = content;
      message.signAndSend(this.connInfo.key, socket);
    }
  }

  /** @param {unknown} thrown */
  const printUncaught = (thrown) => {
    console.error(`Nobody caught this error:\n${describeThrown(thrown, root).traceback.join("\n")}`);
  };
  process.on("SIGINT", () => tslab.executor.interrupt());
  process.on("uncaughtException", printUncaught);
  process.on("unhandledRejection", printUncaught);
  new Server(tslab.handler, connectionFile).init().catch((/** @type {unknown} */ error) => {
    process.stderr.write(`The kernel cannot listen on the ports of ${connectionFile}: ${String(error)}\n`);
    process.exit(1);
  });
}

const [flag, connectionFile] = process.argv.slice(2);
if (flag === "--connection-file" && connectionFile !== undefined) launch(connectionFile);
else {
  process.stderr.write("Usage: node launch-kernel.cjs --connection-file FILE\n");
  process.exit(2);
}
