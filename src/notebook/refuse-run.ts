import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { ReconError } from "../recon-error";
import { cellTags, type NotebookDocument } from "./nbformat";

/** A Stripe key, a webhook secret, or a URL with a password. */
const SECRET = /\b[sr]k_(live|test)_\w|\bwhsec_\w|:\/\/[^/\s:@]*:[^/\s@]+@/;

/**
 * Refuses, before anything starts, what would fail late, overwrite the source, or keep a secret in a file.
 *
 * @throws ReconError `not_typescript`, `unknown_parameter`, `secret_parameter`, `output_is_input`
 */
export function refuseRun(
  notebook: NotebookDocument,
  inputPath: string,
  outputPath: string,
  parameters: Readonly<Record<string, string>>,
): void {
  const spec = notebook.metadata.kernelspec as { readonly language?: unknown } | undefined;
  if (typeof spec?.language === "string" && spec.language !== "typescript") {
    throw new ReconError("not_typescript", `${inputPath} is a notebook for ${spec.language}, not for TypeScript.`);
  }
  const names = Object.keys(parameters);
  if (names.length > 0 && !notebook.cells.some((cell) => cellTags(cell).includes("parameters"))) {
    const why = 'no cell of it is tagged "parameters"';
    throw new ReconError("unknown_parameter", `${inputPath} takes no ${names.join(", ")}: ${why}.`);
  }
  const secret = names.find((name) => SECRET.test(parameters[name] ?? ""));
  if (secret !== undefined) {
    const advice = "Parameters are saved in the executed notebook: pass it in an environment variable.";
    throw new ReconError("secret_parameter", `The parameter ${secret} holds a key or a password. ${advice}`);
  }
  if (realPath(outputPath) === realPath(inputPath)) {
    throw new ReconError("output_is_input", `${outputPath} is the notebook itself. Choose another output folder.`);
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
