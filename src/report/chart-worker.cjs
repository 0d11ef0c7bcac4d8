// @ts-check
"use strict";

/** What the thread that draws charts starts from. */
const { join } = require("node:path");
const { compilePackage } = require("../compiled/compile.cjs");
const { keepCode, providePackage, runCompiled } = require("../compiled/run.cjs");

async function start() {
  await compilePackage("jsdom").catch(() => undefined);
  providePackage(require, "jsdom");
  const { isReady } = /** @type {{ isReady: Promise<unknown> }} */ (
    await runCompiled(join(__dirname, "chart-worker.ts"))
  );
  await isReady;
  keepCode();
}

void start();
