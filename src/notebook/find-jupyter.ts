import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ReconError } from "../recon-error";

/** The JupyterLab that is installed where there is none. */
const JUPYTERLAB = "4.6.4";
/** The oldest Python that it runs on. Source: https://pypi.org/project/jupyterlab/4.6.4/ (Requires-Python) */
const OLDEST_PYTHON = [3, 10] as const;
/** The oldest JupyterLab of one's own that is used: the first one whose notebooks have cell ids and file tabs as ours need them. */
const OLDEST_LAB = 4;

/** What finding a Jupyter takes. */
export interface JupyterPlace {
  /** Folder of our own in the checkout; JupyterLab is installed below it when there is none on PATH. */
  readonly cache: string;
  readonly env: NodeJS.ProcessEnv;
  /** Told before something that takes long. */
  readonly onProgress: (text: string) => void;
}

/**
 * A `jupyter` that has JupyterLab 4 or later: the one on PATH, else the one in our folder, which is made when it is not there.
 *
 * @returns the path of the program, or its name when it is on PATH
 * @throws ReconError `no_jupyter` when there is no Python to make it with, or the installation fails; says what to install
 */
export function findJupyter({ cache, env, onProgress }: JupyterPlace): string {
  if (labVersion("jupyter", env) >= OLDEST_LAB) return "jupyter";
  const venv = join(cache, "venv");
  const jupyter = inVenv(venv, "jupyter");
  // Written last: a folder without it is what a stopped installation left.
  const marker = join(cache, "installed.txt");
  const wanted = `jupyterlab==${JUPYTERLAB}\n`;
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted && existsSync(jupyter)) return jupyter;
  const python = findPython(env);
  onProgress(`Installing JupyterLab ${JUPYTERLAB} into ${venv}; this is needed once and takes a minute or two …`);
  rmSync(marker, { force: true });
  rmSync(venv, { recursive: true, force: true });
  step(
    python,
    ["-m", "venv", venv],
    env,
    `${python} cannot make a virtual environment. On Debian and Ubuntu install it with: apt install python3-venv`,
  );
  step(
    inVenv(venv, "python"),
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", wanted.trim()],
    // A mirror beside an index that cannot be reached is asked at once, not after five waits for each of a hundred packages.
    { PIP_RETRIES: "1", ...env },
    "JupyterLab could not be installed. The Python package index must be reachable; or install JupyterLab yourself, so that `jupyter lab` works, and run again",
  );
  writeFileSync(marker, wanted);
  return jupyter;
}

function findPython(env: NodeJS.ProcessEnv): string {
  const [major, minor] = OLDEST_PYTHON;
  const test = `import sys; sys.exit(sys.version_info < (${major}, ${minor}))`;
  const found = ["python3", "python"].find((name) => spawnSync(name, ["-c", test], { env }).status === 0);
  if (found !== undefined) return found;
  throw new ReconError(
    "no_jupyter",
    `JupyterLab needs Python ${major}.${minor} or newer, and there is none on PATH. Install it (apt install python3-venv, brew install python, or https://www.python.org/downloads) and run again. Without Python, VS Code opens the notebooks after \`npm run -s recon -- kernel install\`, and \`npm start\` runs them.`,
  );
}

/** The major version of its JupyterLab; 0 when there is none. */
function labVersion(jupyter: string, env: NodeJS.ProcessEnv): number {
  const { status, stdout } = spawnSync(jupyter, ["lab", "--version"], { env, encoding: "utf8" });
  return status === 0 ? Number.parseInt(stdout, 10) || 0 : 0;
}

function step(program: string, args: readonly string[], env: NodeJS.ProcessEnv, failed: string): void {
  const { status, stderr, error } = spawnSync(program, args, { env, encoding: "utf8" });
  if (status === 0) return;
  const said = (error?.message ?? stderr ?? "").trim().split("\n").at(-1) ?? "";
  throw new ReconError("no_jupyter", `${failed}.${said === "" ? "" : ` It said: ${said}`}`);
}

function inVenv(venv: string, program: string): string {
  return process.platform === "win32" ? join(venv, "Scripts", `${program}.exe`) : join(venv, "bin", program);
}
