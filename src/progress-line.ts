import { stderr } from "node:process";

/** Writes what is being done to stderr: one line that is overwritten on a terminal, a line each elsewhere. */
export function progressLine(): { step(text: string): void; end(): void } {
  const started = Date.now();
  const live = stderr.isTTY === true;
  return {
    step: (text) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(6);
      stderr.write(live ? `\r\u001b[K${seconds} s  ${text} …` : `${seconds} s  ${text}\n`);
    },
    end: () => {
      if (live) stderr.write("\r\u001b[K");
    },
  };
}
