import { describe, expect, it } from "vitest";
import { explainEnd } from "../../src/notebook/explain-end";
import type { Answer } from "../../src/notebook/notebook-process";

const ended = (code: number | null, signal: string | null, stderr = ""): Answer => ({
  kind: "ended",
  code,
  signal,
  stderr,
});

describe("explainEnd", () => {
  it.each([
    ["a time limit", { kind: "timeout" } as Answer, "The cell ran longer than 90 seconds and was stopped."],
    ["process.exit", ended(0, null), "The cell ended its process with exit code 0, as process.exit() does."],
    [
      "a full heap",
      ended(null, "SIGABRT", "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"),
      "The cell ran out of memory: it filled the heap of JavaScript.",
    ],
    [
      "the system's out-of-memory killer",
      ended(null, "SIGKILL"),
      "The cell's process was killed (SIGKILL), most likely because the machine ran out of memory.",
    ],
    ["a crash", ended(null, "SIGSEGV"), "The cell's process was ended by the signal SIGSEGV."],
  ])("explains %s", (_, answer, message) => {
    expect(explainEnd(answer, 90).evalue).toBe(message);
  });
});
