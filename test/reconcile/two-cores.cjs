// Preloaded into a process: it works as on a machine with two cores, so that what it needs is the same everywhere.
const { syncBuiltinESMExports } = require("node:module");

require("node:os").availableParallelism = () => 2;
syncBuiltinESMExports();
