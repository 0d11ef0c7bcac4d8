// Preloaded into a measured process: writes its peak memory (kB) when it ends.
const { writeFileSync } = require("node:fs");

process.on("exit", () => writeFileSync(process.env.RECON_PEAK_FILE, String(process.resourceUsage().maxRSS)));
