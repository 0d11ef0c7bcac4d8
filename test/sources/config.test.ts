import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/sources/config";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "config-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(text: string): string {
  const path = join(folder, "recon.json");
  writeFileSync(path, text);
  return path;
}

describe("recon.json", () => {
  it("is read whole", async () => {
    const config = {
      stripe: { columns: { id: "ref" } },
      database: {
        columns: { id: "ref", status: "phase" },
        statuses: { "1": "active", "2": ["canceled", "incomplete_expired"] },
        only: { provider: ["stripe"] },
      },
      metadata: { ignore: ["note"], owned_by_app: ["seen_at"] },
    };
    expect(await readConfig(write(JSON.stringify(config)))).toEqual(config);
    expect(await readConfig(write("{}"))).toEqual({});
  });

  it.each([
    ["a member there is none of", { database: { column: {} } }, /: database: .*"column"/],
    ["a column there is none of", { database: { columns: { name: "x" } } }, /: database\.columns/],
    ["a column without a name", { database: { columns: { id: "" } } }, /: database\.columns\.id: /],
    ["a status that is a number", { database: { statuses: { a: 1 } } }, /: database\.statuses\.a: /],
    ["no status for a word", { database: { statuses: { a: [] } } }, /: database\.statuses\.a/],
    ["a list", [], /: the top level: /],
  ])("refuses %s and names it", async (_, config, message) => {
    const path = write(JSON.stringify(config));
    const error = await readConfig(path).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "bad_config", exitCode: 2, message: expect.stringMatching(message) });
    expect((error as Error).message).toContain(path);
  });

  it("refuses what is no JSON, and a file that is not there", async () => {
    await expect(readConfig(write("{"))).rejects.toMatchObject({ code: "bad_config" });
    await expect(readConfig(join(folder, "none.json"))).rejects.toMatchObject({ code: "bad_config" });
  });
});
