/** The exit codes of the terminal contract. */
export const EXIT = { clean: 0, discrepancies: 1, failed: 2 } as const;

/**
 * A failure with a name a script can test and the exit code the terminal ends with.
 *
 * The message is for a person: what went wrong, where (file, line, id) and what to do next.
 */
export class ReconError extends Error {
  readonly code: string;
  readonly exitCode: number;

  constructor(code: string, message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ReconError";
    this.code = code;
    this.exitCode = options.exitCode ?? EXIT.failed;
  }
}
