import { stderr } from "node:process";

/** How long a count stands before the next one is told, in milliseconds: on a terminal, and elsewhere. */
const PAUSE = { live: 100, elsewhere: 10_000 } as const;

/**
 * Writes what is being done to stderr: one line that is overwritten on a terminal, a line each elsewhere. Of steps that differ in their
 * numbers alone only some are told.
 */
export function progressLine(): { step(text: string): void; end(): void } {
  const started = Date.now();
  const live = stderr.isTTY === true;
  const pause = live ? PAUSE.live : PAUSE.elsewhere;
  let last = { words: "", at: 0 };
  return {
    step: (text) => {
      const [words, at] = [text.replace(/\d[\d,.]*/g, "#"), Date.now()];
      if (words === last.words && at - last.at < pause) return;
      last = { words, at };
      const seconds = ((at - started) / 1000).toFixed(1).padStart(6);
      stderr.write(live ? `\r\u001b[K${seconds} s  ${text} …` : `${seconds} s  ${text}\n`);
    },
    end: () => {
      if (live) stderr.write("\r\u001b[K");
    },
  };
}
