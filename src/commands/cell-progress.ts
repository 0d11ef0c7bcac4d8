import type { RunProgress } from "../notebook/run-cells";
import { progressLine } from "../progress-line";
import { say } from "./say";

/** What a run of notebooks is given to tell its progress and to hear Ctrl-C, and how to stop listening. */
export interface CellProgress {
  readonly request: {
    readonly onProgress: (event: RunProgress, notebook?: string) => void;
    readonly signal: AbortSignal;
  };
  /** Tells of something else that is being done. */
  readonly step: (text: string) => void;
  /** A sentence that stays. */
  readonly note: (sentence: string) => void;
  readonly end: () => void;
}

/** Progress cell by cell on stderr, and Ctrl-C as an abort. */
export function cellProgress(): CellProgress {
  const line = progressLine();
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return {
    request: {
      signal: controller.signal,
      onProgress: (event, notebook) => {
        if (event.kind !== "cell-started") return;
        line.step(`${notebook === undefined ? "" : `${notebook} `}[${event.number}/${event.total}] ${event.name}`);
      },
    },
    step: line.step,
    note: (sentence) => {
      line.end();
      say(sentence);
    },
    end: () => {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      line.end();
    },
  };
}
