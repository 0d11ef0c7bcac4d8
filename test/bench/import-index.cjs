// What a cell's `import * as recon from "./src/index"` costs, without the kernel: the sources are loaded as a kernel loads them.
const { join } = require("node:path");
const { loadIndexAtOnce, loadSources } = require("../../src/notebook/load-sources.cjs");

const root = join(__dirname, "..", "..");
loadSources(require, root);
loadIndexAtOnce(require, root).then(() => {
  require(join(root, "src", "index"));
  process.exit(0);
});
