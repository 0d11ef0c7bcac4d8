import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeFolder, runRecon, theMessage } from "./run-recon";
import { AS_OF, databaseCsv, stripeLines, stripeList } from "./small-exports";

const folder = makeFolder();
afterAll(folder.remove);

const files = { stripe: "", database: "" };
beforeAll(() => {
  files.stripe = folder.write("stripe.ndjson", stripeLines(60_000));
  files.database = folder.write("database.csv", databaseCsv(60_000));
});

/** Temporary folders of ours; others are the loader's. */
function leftovers(tmp: string): string[] {
  return readdirSync(tmp).filter((name) => name.startsWith("recon-"));
}

describe("a comparison that is stopped", () => {
  it.each([
    ["SIGINT", "Recognizing"],
    ["SIGINT", "Reading and joining"],
    ["SIGTERM", "Reading and joining"],
    ["SIGTERM", "Judging"],
    ["SIGINT", "Writing the results"],
  ] as const)("by %s while it says %s leaves nothing half done", async (signal, step) => {
    const out = folder.free("out");
    const tmp = folder.free("tmp");
    mkdirSync(tmp);
    const args = ["diff", "--stripe", files.stripe, "--database", files.database, "--out", out, ...AS_OF];
    const answer = await runRecon(args, {
      env: { TMPDIR: tmp },
      whileRunning: (child) => child.stderr?.on("data", (text) => String(text).includes(step) && child.kill(signal)),
    });
    expect(leftovers(tmp)).toEqual([]);
    const names = existsSync(out) ? readdirSync(out) : [];
    expect(names.filter((name) => name.startsWith("."))).toEqual([]);
    // The last step may end before the signal is heard; then everything is there.
    if (answer.status === 0) expect(names).toContain("summary.json");
    else {
      expect(answer.status).toBe(signal);
      expect(answer.stderr).toContain(`recon: stopped by ${signal}; ${out} is as it was.`);
      expect(names).toEqual([]);
    }
  });

  it("ends at once even while it waits for a pipe that nobody writes to", async () => {
    const pipe = folder.free("pipe");
    expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
    const tmp = folder.free("tmp");
    mkdirSync(tmp);
    const args = ["diff", "--stripe", pipe, "--database", files.database, "--out", folder.free("out"), ...AS_OF];
    const answer = await runRecon(args, {
      env: { TMPDIR: tmp },
      whileRunning: (child) =>
        child.stderr?.on(
          "data",
          (text) => String(text).includes("Recognizing") && setTimeout(() => child.kill("SIGINT"), 300),
        ),
    });
    expect(answer.status).toBe("SIGINT");
    expect(answer.seconds).toBeLessThan(20);
    expect(leftovers(tmp)).toEqual([]);
  });
});

describe("exports that come through pipes", () => {
  it("are compared like files", async () => {
    const out = folder.free("out");
    const answer = await runRecon([
      "diff",
      "--stripe",
      pipeOf(stripeList(10)),
      "--database",
      pipeOf(databaseCsv(10)),
      "--out",
      out,
      ...AS_OF,
    ]);
    expect(answer.stderr).toMatch(/Verdict: clean/);
    expect(answer.status).toBe(0);
    expect(existsSync(join(out, "summary.json"))).toBe(true);
  });

  it("are refused when nothing came", async () => {
    const pipe = pipeOf("");
    const args = ["diff", "--stripe", pipe, "--database", files.database, "--out", folder.free("out")];
    expect(theMessage(await runRecon(args))).toContain(`${pipe}: the file is empty`);
  });
});

/** A pipe that another process writes a text into, as `<(cat file)` makes it. */
function pipeOf(text: string): string {
  const pipe = folder.free("pipe");
  expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
  spawn("sh", ["-c", 'cat "$0" > "$1"', folder.write("text", text), pipe], { stdio: "ignore" });
  return pipe;
}
