import { Command } from "commander";
import { say } from "./say";

/** `recon kernel`: the TypeScript kernel for the Jupyter of this user. */
export function kernelCommand(): Command {
  const kernel = new Command("kernel").description("the TypeScript kernel for JupyterLab and VS Code");
  kernel.command("install").description("install the kernel for this user").action(install);
  kernel.command("list").description("list the kernels installed from this and other checkouts").action(list);
  kernel.command("remove").description("remove the kernel of this user").action(remove);
  return kernel;
}

async function install(): Promise<void> {
  const { installKernel } = await import("../notebook/kernel-spec");
  process.stdout.write(`Installed: ${installKernel().dir}\n`);
}

async function list(): Promise<void> {
  const { listKernels } = await import("../notebook/kernel-spec");
  const kernels = listKernels();
  for (const { name, dir, works } of kernels)
    process.stdout.write(`${name}  ${dir}${works ? "" : "  (its checkout or Node is gone: install again)"}\n`);
  if (kernels.length === 0) say("No kernel is installed. Run: npm run -s recon -- kernel install");
}

async function remove(): Promise<void> {
  const { removeKernel } = await import("../notebook/kernel-spec");
  say(removeKernel() ? "Removed." : "There was no kernel to remove.");
}
