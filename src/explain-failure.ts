import { EXIT, ReconError } from "./recon-error";

/** What the terminal says about an error, and the exit code it ends with. */
export interface Failure {
  /** One sentence or a few, without a stack. */
  readonly message: string;
  readonly exitCode: number;
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  EACCES: "there is no permission for it. Check its permissions, or give another place",
  EPERM: "there is no permission for it. Check its permissions, or give another place",
  EROFS: "the file system is read-only. Give another place",
  EEXIST: "there is a file of that name already. Give the path of a folder",
  ENOTDIR: "a part of that path is a file, not a folder. Check the path",
  EISDIR: "this is a folder. Give the path of a file",
  ENOENT: "there is no such file or folder. Check the path",
  ENOSPC: "the disk is full. Make room, or point TMPDIR and --out at another disk",
  EDQUOT: "the disk quota is used up. Make room, or point TMPDIR and --out at another disk",
  EFBIG: "the file would be larger than the system allows. Raise the limit (ulimit -f), or use another disk",
  EMFILE: "too many files are open. Raise the limit (ulimit -n)",
};

/**
 * Explains an error to a person. An error of ours explains itself; one of the file system is named after its path; anything else
 * is unexpected, and only its first line is shown.
 */
export function explainFailure(error: unknown): Failure {
  if (error instanceof ReconError) return { message: error.message, exitCode: error.exitCode };
  const { code, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  const known = SYSTEM_ERRORS[code ?? ""];
  if (known !== undefined)
    return { message: `${dest ?? path ?? "a temporary file"}: ${known} (${code}).`, exitCode: EXIT.failed };
  const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return {
    message: `unexpected: ${first.replace(/\.$/, "")}. Run again with RECON_DEBUG=1 for the details.`,
    exitCode: EXIT.failed,
  };
}
