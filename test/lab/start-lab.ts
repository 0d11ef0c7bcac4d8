import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const PROJECT = join(import.meta.dirname, "..", "..");
const TOKEN = "browser-test";
/** JupyterLab is installed within it on a machine that has none. */
const START_MS = 600_000;

type Theme = "JupyterLab Light" | "JupyterLab Dark";

/** A running JupyterLab. */
export interface Lab {
  /** Address of a file in a window of its own; the path starts at the checkout. */
  url(path: string): string;
  /** Colors of the pages that are opened from now on. */
  setTheme(theme: Theme): void;
  stop(): Promise<void>;
}

/** Starts `recon lab` as a user would, without opening a browser; settings and signatures lie in `home`. */
export async function startLab(home: string): Promise<Lab> {
  const settings = join(home, "settings");
  // All cells are in the page at once, so that a test finds them without scrolling.
  writeSetting(settings, "notebook-extension/tracker", { windowingMode: "none" });
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [
      join("src", "recon.cjs"),
      "lab",
      "--no-browser",
      `--port=${port}`,
      "--port-retries=0",
      `--IdentityProvider.token=${TOKEN}`,
    ],
    {
      cwd: PROJECT,
      env: { ...process.env, JUPYTERLAB_SETTINGS_DIR: settings, JUPYTER_DATA_DIR: join(home, "data") },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (printed += text));
  const address = `http://127.0.0.1:${port}`;
  let windows = 0;
  const lab: Lab = {
    url: (path) => `${address}/lab/workspaces/window-${++windows}/tree/${path}?token=${TOKEN}`,
    setTheme: (theme) => writeSetting(settings, "apputils-extension/themes", { theme }),
    stop: () => stop(child),
  };
  const end = Date.now() + START_MS;
  while (Date.now() < end && child.exitCode === null) {
    const answer = await fetch(`${address}/api/kernelspecs?token=${TOKEN}`).catch(() => undefined);
    if (answer?.ok) return lab;
    await wait(200);
  }
  await lab.stop();
  throw new Error(`JupyterLab did not start. It printed:\n${printed}`);
}

function writeSetting(settings: string, plugin: string, value: object): void {
  const file = join(settings, "@jupyterlab", `${plugin}.jupyterlab-settings`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(value));
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
