// Preloaded into every Node process of a measured command: writes what the process used, when it ends.
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { isMainThread } = require("node:worker_threads");

/**
 * Peak resident memory in kB. On Linux from /proc: `maxRSS` of getrusage starts with the peak of the process that started this one,
 * so that whoever made large exports before would be measured once more.
 */
function peakKilobytes() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

if (isMainThread) {
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakKilobytes: peakKilobytes() };
    writeFileSync(join(process.env.RECON_USAGE_FOLDER, `${process.pid}.json`), JSON.stringify(usage));
  });
}
