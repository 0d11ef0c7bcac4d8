import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { ReconError } from "../../src/recon-error";

const { describeComplaints, describeThrown } = createRequire(__filename)("../../src/notebook/describe-error.cjs");
const FORMAT = "%s%d:%d - %s";

function withStack(error: Error, ...frames: string[]): Error {
  error.stack = `${error.name}: ${error.message}\n${frames.map((frame) => `    at ${frame}`).join("\n")}`;
  return error;
}

describe("describeThrown", () => {
  it.each([
    ["an error", new TypeError("no rows"), "TypeError", "no rows"],
    ["a text", "plain", "Error", "plain"],
    ["an object", { code: 7 }, "Error", "{ code: 7 }"],
    ["nothing", undefined, "Error", "undefined"],
    ["a class that sets no name", new (class RowError extends Error {})("bad row"), "RowError", "bad row"],
    ["several errors", new AggregateError([new Error("a"), new Error("b")], "both"), "AggregateError", "both; a; b"],
    ["colored text", new Error("\u001b[31mred\u001b[39m"), "Error", "red"],
  ])("describes %s", (_, thrown, ename, evalue) => {
    expect(describeThrown(thrown, "/app")).toMatchObject({ ename, evalue });
  });

  it("shows the project's own functions, and no frames of compiled code", () => {
    const error = withStack(
      new TypeError("no rows"),
      "readRows (/app/src/sources/read-rows.ts:10:5)",
      "readRows (/app/src/sources/read-rows.ts:10:5)",
      "async Object.join (/app/src/reconcile/join.ts:3:1)",
      "/app/src/index.ts:1:1",
      "Module.parse (/app/node_modules/zod/index.js:3:1)",
      "evalmachine.<anonymous>:5:9",
      "Handler.handleExecuteImpl (/app/src/notebook/start-tslab.cjs:50:20)",
      "process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
    );
    expect(describeThrown(error, "/app").traceback).toEqual([
      "TypeError: no rows",
      "    in readRows (src/sources/read-rows.ts, line 10)",
      "    in Object.join (src/reconcile/join.ts, line 3)",
      "    in src/index.ts, line 1",
    ]);
  });

  it("finds its functions on Windows too", () => {
    const error = withStack(new Error("x"), "readRows (C:\\app\\src\\sources\\read-rows.ts:10:5)");
    expect(describeThrown(error, "C:\\app").traceback[1]).toBe("    in readRows (src/sources/read-rows.ts, line 10)");
  });

  it("adds causes that were not said yet, and ends with a circle of them", () => {
    const cause: Error & { cause?: unknown } = new Error("ECONNREFUSED", { cause: new Error("no route") });
    const error = withStack(new Error("cannot connect: no route", { cause }));
    expect(describeThrown(error, "/app").traceback).toEqual([
      "Error: cannot connect: no route",
      "caused by Error: ECONNREFUSED",
    ]);
    cause.cause = cause;
    expect(describeThrown(error, "/app").traceback).toHaveLength(6);
  });

  it("gives our own errors as their message alone", () => {
    const error = new ReconError("bad_export", "line 3: no id\nAdd the column.", { cause: new Error("deep") });
    expect(describeThrown(error, "/app").traceback).toEqual(["line 3: no id", "Add the column."]);
  });
});

describe("describeComplaints", () => {
  it("gives each message of the compiler its place", () => {
    const complaints = [
      [FORMAT, "", 1, 5, "Type 'string' is not assignable to type 'number'."],
      [FORMAT, "src/index.ts ", 9, 2, "Cannot find name 'foo'."],
      [FORMAT, "", 40, 3, "Types of property 'a' are incompatible."],
    ];
    expect(describeComplaints(complaints, "one\ntwo", "/app")).toEqual({
      ename: "CompileError",
      evalue: "line 1, column 5: Type 'string' is not assignable to type 'number'.",
      traceback: [
        "line 1, column 5: Type 'string' is not assignable to type 'number'.",
        "src/index.ts, line 9, column 2: Cannot find name 'foo'.",
        "an imported file, line 40, column 3: Types of property 'a' are incompatible.",
      ],
    });
  });

  it("describes the thrown value, whatever it looks like", () => {
    expect(describeComplaints([[FORMAT]], "", "/app").evalue).toBe(FORMAT);
    expect(describeComplaints([[undefined]], "", "/app").evalue).toBe("undefined");
  });

  it("still says something when tslab said nothing", () => {
    expect(describeComplaints([], "", "/app").ename).toBe("KernelError");
  });
});
