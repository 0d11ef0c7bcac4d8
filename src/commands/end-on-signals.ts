import { constants } from "node:os";
import { say } from "./say";

/**
 * Ends at once on Ctrl-C or a polite kill: cleans up as on any exit, then dies of the signal, so that a shell sees it. A mere
 * `process.exit` would wait for a read from a pipe that nobody writes to.
 *
 * @param outcome - what is true after the stop, for the message
 */
export function endOnSignals(outcome: string): void {
  let isEnding = false;
  const end = (signal: NodeJS.Signals): void => {
    if (isEnding) return;
    isEnding = true;
    say(`\nrecon: stopped by ${signal}; ${outcome}.`);
    process.emit("exit", 128 + constants.signals[signal]);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
  process.on("SIGINT", end).on("SIGTERM", end);
}
