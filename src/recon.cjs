// @ts-check
"use strict";

/**
 * The command `recon`: installs what it needs where nothing is installed, compiles the terminal's sources into one file when one of
 * them has changed, and runs it. Compiling takes a moment and is done once; a command then starts in a third of the time that loading
 * several hundred files one by one would take.
 */
const { existsSync } = require("node:fs");
const { join } = require("node:path");

// Only where nothing is installed: whoever installs by other means is not to have it done again.
if (!existsSync(join(__dirname, "..", "node_modules", "esbuild"))) require("./install.cjs");
require("./compiled/run.cjs")
  .runCompiled(join(__dirname, "cli.ts"))
  .catch((/** @type {Error} */ { message }) => {
    console.error(`recon: the sources cannot be compiled: ${message}`);
    process.exitCode = 2;
  });
