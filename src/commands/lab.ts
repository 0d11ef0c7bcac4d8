import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { ReconError } from "../recon-error";
import { say } from "./say";

/** `recon lab`: JupyterLab on the notebooks of this checkout, with its own kernel. */
export function labCommand(): Command {
  return new Command("lab")
    .argument("[options...]", "passed on to jupyter lab, such as --no-browser or --port 8890")
    .description("open the notebooks in JupyterLab; installs it into the checkout where there is none")
    .allowUnknownOption()
    .action(openLab);
}

async function openLab(options: readonly string[]): Promise<void> {
  const { findJupyter } = await import("../notebook/find-jupyter");
  const { labSettings } = await import("../notebook/lab-settings");
  const project = dirname(dirname(__dirname));
  const cache = join(project, ".cache", "lab");
  mkdirSync(cache, { recursive: true });
  const jupyter = findJupyter({ cache, env: process.env, onProgress: say });
  const { args, env } = labSettings(project, cache, process.env);
  say("JupyterLab opens in the browser. Ctrl-C ends it.");
  const child = spawn(jupyter, [...args, ...options], { cwd: project, env, stdio: "inherit" });
  // A terminal sends Ctrl-C to the whole group: JupyterLab stops its kernels and ends, and so does this.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  if (code === 0 || signal !== null) return;
  throw new ReconError("lab_ended", `JupyterLab ended with code ${code}; the lines above say why.`);
}
