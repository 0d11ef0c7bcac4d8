import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readSidecar } from "../../src/sources/sidecar";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sidecar-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GOOD = {
  schema_version: 1,
  side: "stripe",
  started_at: "2026-11-02T06:00:00Z",
  finished_at: "2026-11-02T06:00:41+01:00",
  complete: true,
};

function write(content: unknown): string {
  const path = join(folder, "stripe.json");
  writeFileSync(`${path}.meta.json`, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

it("is read where there is one", async () => {
  expect(await readSidecar(write(GOOD), "stripe")).toEqual(GOOD);
  expect(await readSidecar(join(folder, "other.json"), "stripe")).toBeNull();
});

it.each([
  ["no JSON", "{", "bad_sidecar", /is not JSON/],
  ["another version", { ...GOOD, schema_version: 2 }, "bad_sidecar", /schema_version/],
  ["no time", { ...GOOD, started_at: "yesterday" }, "bad_sidecar", /started_at/],
  ["no word on whether it is complete", { ...GOOD, complete: undefined }, "bad_sidecar", /complete/],
  ["a hash that is none", { ...GOOD, sha256: "abc" }, "bad_sidecar", /sha256/],
  ["the other side", { ...GOOD, side: "database" }, "swapped", /it was given as --stripe. Swap the two arguments/],
])("with %s is refused", async (_, content, code, message) => {
  await expect(readSidecar(write(content), "stripe")).rejects.toMatchObject({
    code,
    exitCode: 2,
    message: expect.stringMatching(message),
  });
});
