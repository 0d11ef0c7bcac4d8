import { ReconError } from "../recon-error";

/** An error of the engine as one sentence, where it is the input's or the machine's fault; any other error as it is. */
export function explainSqlError(cause: unknown): unknown {
  const message = cause instanceof Error ? cause.message : String(cause);
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  if (line !== undefined) {
    const file = /^\s*file\s*=\s*(.+)$/m.exec(message)?.[1] ?? "a CSV file";
    const what =
      /^(Expected Number of Columns.*|Value with unterminated quote.*|Maximum line size.*|Invalid unicode.*)$/m.exec(
        message,
      )?.[1];
    return new ReconError(
      "broken_csv",
      `${file}, line ${line}: this row cannot be read (${what ?? "it is no valid CSV"}). Mend the export and run again.`,
      { cause },
    );
  }
  if (/^Out of Memory Error/.test(message)) {
    return new ReconError(
      "out_of_memory",
      "The comparison needs more memory than it may use. Raise RECON_MEMORY_LIMIT (such as 2GB), and see that TMPDIR has room to spill.",
      { cause },
    );
  }
  if (/No space left on device/.test(message)) {
    return new ReconError(
      "disk_full",
      "The disk for temporary files is full. Make room, or point TMPDIR at another disk.",
      { cause },
    );
  }
  return cause;
}
