import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PROJECT = join(__dirname, "..", "..");
const checkout = mkdtempSync(join(tmpdir(), "recon-start-"));
const cache = join(checkout, ".cache", "recon");

function recon(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(checkout, "src", "recon.cjs"), ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** What was compiled, without the machine code of it. */
function kept(): string[] {
  return readdirSync(cache).filter((name) => name.endsWith(".cjs"));
}

/** Changes what `--help` says. */
function describeAs(text: string): void {
  const path = join(checkout, "src", "commands", "diff.ts");
  writeFileSync(
    path,
    `import { Command } from "commander";\nexport const diffCommand = () => new Command("diff").description("${text}");\n`,
  );
}

describe("the command recon compiles its sources", () => {
  beforeAll(() => {
    for (const name of ["src", "package.json", "package-lock.json"])
      cpSync(join(PROJECT, name), join(checkout, name), { recursive: true });
    symlinkSync(join(PROJECT, "node_modules"), join(checkout, "node_modules"));
  });
  afterAll(() => {
    chmodSync(checkout, 0o755);
    rmSync(checkout, { recursive: true, force: true });
  });

  it("once", () => {
    expect(recon("--help").status).toBe(0);
    const [compiled = ""] = kept();
    writeFileSync(join(cache, compiled), "(function () {process.stdout.write('kept')\n})\n// end\n");
    expect(recon("--help").stdout).toBe("kept");
  });

  it("again when what was compiled is not whole", () => {
    writeFileSync(join(cache, kept()[0] ?? ""), "");
    expect(recon("--help").stdout).toContain("Usage: recon");
  });

  it("again when one of them has changed, and keeps only the last", () => {
    describeAs("one thing");
    expect(recon("--help").stdout).toContain("one thing");
    describeAs("another thing");
    expect(recon("--help").stdout).toContain("another thing");
    expect(kept()).toHaveLength(1);
  });

  it("for each command where nothing can be kept", () => {
    rmSync(join(checkout, ".cache"), { recursive: true });
    writeFileSync(join(checkout, ".cache"), "no folder");
    expect(recon("--help")).toMatchObject({ status: 0, stderr: "" });
    expect(recon("drift", "no-such-folder", "--out", join(checkout, "out"))).toMatchObject({ status: 2 });
    rmSync(join(checkout, ".cache"));
  });

  it("and tells of one that cannot be compiled in one message", () => {
    writeFileSync(join(checkout, "src", "commands", "diff.ts"), "export const diffCommand = () => {");
    const { status, stderr } = recon("--help");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^recon: the sources cannot be compiled: .*diff\.ts/s);
  });
});
