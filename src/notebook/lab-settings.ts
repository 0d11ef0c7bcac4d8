import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { installKernel, KERNEL_NAME } from "./kernel-spec";

/** How JupyterLab is started on a checkout. */
export interface LabSettings {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Parts of JupyterLab that ask hosts on the internet: the news and the catalog of extensions. */
const REACHES_OUT = ["@jupyterlab/apputils-extension:announcements", "@jupyterlab/extensionmanager-extension:plugin"];

/**
 * JupyterLab on `notebooks/` of a checkout with the checkout's own kernel. All it keeps lies in `cache`: the kernel, and which tabs
 * were open; so that two checkouts, and a Jupyter of one's own, know nothing of each other.
 * Source: https://docs.jupyter.org/en/latest/use/jupyter-directories.html
 */
export function labSettings(project: string, cache: string, env: NodeJS.ProcessEnv): LabSettings {
  const data = join(cache, "data");
  const config = join(cache, "config");
  installKernel({ dir: data });
  mkdirSync(join(config, "labconfig"), { recursive: true });
  const disabledExtensions = Object.fromEntries(REACHES_OUT.map((name) => [name, true]));
  writeFileSync(join(config, "labconfig", "page_config.json"), `${JSON.stringify({ disabledExtensions })}\n`);
  const isRoot = process.getuid?.() === 0;
  return {
    args: [
      "lab",
      `--ServerApp.root_dir=${project}`,
      "--LabApp.default_url=/lab/tree/notebooks",
      `--MultiKernelManager.default_kernel_name=${KERNEL_NAME}`,
      "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
      "--LabApp.news_url=None",
      "--LabApp.extension_manager=readonly",
      // Ctrl-C ends it at once; what is open in the browser is saved by the browser.
      "--ServerApp.answer_yes=True",
      "--log-level=WARN",
      "--LabApp.log_level=WARN",
      ...(isRoot ? ["--allow-root"] : []),
    ],
    env: {
      ...env,
      JUPYTER_PATH: [data, env["JUPYTER_PATH"]].filter(Boolean).join(delimiter),
      JUPYTER_CONFIG_PATH: [config, env["JUPYTER_CONFIG_PATH"]].filter(Boolean).join(delimiter),
      JUPYTERLAB_WORKSPACES_DIR: join(cache, "workspaces"),
    },
  };
}
