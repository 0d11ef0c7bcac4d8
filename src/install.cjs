// Installs what is in package-lock.json, unless that has been done. Plain JavaScript: it runs before anything is installed.
const { spawnSync } = require("node:child_process");
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { createHash } = require("node:crypto");
const { join } = require("node:path");

const project = join(__dirname, "..");
const marker = join(project, "node_modules", ".recon-installed");
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Node ${process.versions.node} is too old: 20.19 or newer is needed. Install it from https://nodejs.org and run again.`,
  );
  process.exit(2);
}

const lock = readFileSync(join(project, "package-lock.json"));
const wanted = `${createHash("sha256").update(lock).digest("hex")} ${process.platform} ${process.arch} ${process.versions.modules}`;
if (!existsSync(marker) || readFileSync(marker, "utf8") !== wanted) {
  console.error("Installing packages; this is needed once and takes a minute or two …");
  const npm = process.env.npm_execpath ? [process.execPath, [process.env.npm_execpath]] : ["npm", []];
  const result = spawnSync(npm[0], [...npm[1], "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: project,
    stdio: ["ignore", 2, 2],
  });
  if (result.status !== 0) {
    console.error(
      "The packages could not be installed; the messages above say why. The npm registry must be reachable.",
    );
    process.exit(2);
  }
  writeFileSync(marker, wanted);
}
