import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { findingsSchema } from "../../src/drift/findings";
import { formatManifest, manifestSchema } from "../../src/report/manifest";
import { AS_OF, databaseCsv, stripeList } from "./small-exports";

const ROOT = join(__dirname, "..", "..");
const STRIPE = join("data", "stripe_subscriptions.json");
const DATABASE = join("data", "db_subscriptions.csv");
const directory = mkdtempSync(join(tmpdir(), "recon-bundle-"));
const bundle = join(directory, "bundle");

/** Runs the terminal's command as a user does. */
function recon(...args: readonly string[]) {
  return spawnSync(process.execPath, [join("src", "recon.cjs"), ...args], {
    cwd: ROOT,
    encoding: "utf8",
  });
}

/** A copy of the bundle to spoil. */
function copy(): string {
  const path = mkdtempSync(join(directory, "copy-"));
  cpSync(bundle, path, { recursive: true });
  return path;
}

let report: ReturnType<typeof recon>;

beforeAll(() => {
  report = recon("report", "--stripe", STRIPE, "--database", DATABASE, "--out", bundle);
});

describe("recon report", () => {
  it("says the counts, the verdict and where the report is, and ends with 1 for discrepancies", () => {
    expect(report.status).toBe(1);
    expect(report.stdout).toContain("Verdict: discrepancies; 160 subscriptions affected");
    expect(report.stdout).toContain(`Report: ${join(bundle, "reconciliation.html")}`);
  });

  it("saves the whole bundle", () => {
    expect(readdirSync(bundle).sort()).toEqual([
      "audit-trail.md",
      "discrepancies.csv",
      "discrepancies.parquet",
      "drift-analysis.html",
      "drift-analysis.ipynb",
      "findings.json",
      "manifest.json",
      "population.csv",
      "reconciliation.html",
      "reconciliation.ipynb",
      "summary.json",
      "transitions.csv",
    ]);
  });

  it("lists every file, input and version in the manifest", () => {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(bundle, "manifest.json"), "utf8")));
    expect(manifest.outputs.map(({ path }) => path)).toEqual(
      readdirSync(bundle)
        .filter((name) => name !== "manifest.json")
        .sort(),
    );
    expect(manifest.inputs.map(({ path }) => path)).toEqual([
      STRIPE,
      DATABASE,
      `${STRIPE}.meta.json`,
      `${DATABASE}.meta.json`,
    ]);
    expect(manifest.notebooks.map(({ path }) => path)).toEqual([
      join("notebooks", "reconciliation.ipynb"),
      join("notebooks", "drift-analysis.ipynb"),
    ]);
    expect(Object.keys(manifest.versions).sort()).toEqual(["duckdb", "node", "tslab", "typescript_in_tslab"]);
    expect(manifest.parameters).toMatchObject({
      stripe: STRIPE,
      database: DATABASE,
      stripeAsOf: null,
      discrepancies: bundle,
    });
  });

  it("finds the sample's cause, and shows the drift analysis in full", () => {
    const findings = findingsSchema.parse(JSON.parse(readFileSync(join(bundle, "findings.json"), "utf8")));
    expect(findings.causes[0]?.code).toBe("missed_webhooks");
    const html = readFileSync(join(bundle, "drift-analysis.html"), "utf8");
    expect(html).not.toContain(`class="rc-error"`);
    for (const section of ["Answer", "When it began", "Probable causes", "Affected subscriptions", "Next step"]) {
      expect(html).toMatch(new RegExp(`<h2 id="[^"]*">${section}</h2>`));
    }
  });

  it("has the runbook's six entries in the audit trail", () => {
    const trail = readFileSync(join(bundle, "audit-trail.md"), "utf8");
    const entries = [...trail.matchAll(/^\d\. \*\*(.+?)\*\*/gm)].map(([, entry]) => entry);
    expect(entries).toEqual([
      "Reconciliation start time",
      "Discrepancies found",
      "Root cause",
      "Actions taken",
      "Reconciliation end time",
      "Verification results",
    ]);
    expect(trail).toMatch(/^3\. .*`missed_webhooks`/m);
  });

  it("gives the same tables again, byte for byte", () => {
    const again = join(directory, "again");
    expect(recon("diff", "--stripe", STRIPE, "--database", DATABASE, "--out", again).status).toBe(1);
    for (const name of ["discrepancies.csv", "discrepancies.parquet", "population.csv"]) {
      expect(readFileSync(join(again, name)).equals(readFileSync(join(bundle, name))), name).toBe(true);
    }
  });

  it("names a cause also when the exports cannot be compared, and the bundle can be verified", () => {
    const [stripe, database] = [join(directory, "other.json"), join(directory, "ours.csv")];
    writeFileSync(stripe, stripeList(40).replaceAll("sub_1PqRs", "sub_9ZzYy"));
    writeFileSync(database, databaseCsv(40));
    const out = join(directory, "incomparable");
    expect(recon("report", "--stripe", stripe, "--database", database, ...AS_OF, "--out", out).status).toBe(2);
    const { subscriptions, causes } = findingsSchema.parse(
      JSON.parse(readFileSync(join(out, "findings.json"), "utf8")),
    );
    expect(subscriptions).toBe(0);
    expect(["mode_mixup", "wrong_account"]).toContain(causes[0]?.code);
    expect(recon("verify", out).status).toBe(0);
  });

  it("leaves nothing behind when the exports cannot be read, and says why in one message", () => {
    const out = join(directory, "refused");
    const run = recon("report", "--stripe", DATABASE, "--database", STRIPE, "--out", out);
    expect(run.status).toBe(2);
    expect(run.stderr.match(/^recon: .*/gm)).toHaveLength(1);
    expect(run.stderr).toContain(`${DATABASE}: its sidecar says it is the database export`);
    expect(readdirSync(directory)).not.toContain("refused");
  });
});

describe("recon verify", () => {
  it("finds an untouched bundle unchanged, and the same result again", () => {
    const run = recon("verify", bundle);
    expect(run.stdout).toContain("16 files are unchanged, and the comparison gives the same result again");
    expect(run.status).toBe(0);
  });

  it.each([
    "audit-trail.md",
    "discrepancies.csv",
    "discrepancies.parquet",
    "drift-analysis.html",
    "findings.json",
    "population.csv",
    "reconciliation.html",
    "summary.json",
  ])("finds one changed byte in %s", (name) => {
    const spoiled = copy();
    const bytes = readFileSync(join(spoiled, name));
    bytes.writeUInt8((bytes.readUInt8(40) + 1) % 256, 40);
    writeFileSync(join(spoiled, name), bytes);
    const run = recon("verify", spoiled);
    expect(run.stdout).toContain(`${name} was changed`);
    expect(run.status).toBe(1);
  });

  it("finds findings that the analysis does not give again, though the manifest knows them", () => {
    const spoiled = copy();
    const path = join(spoiled, "findings.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"missed_webhooks"', '"manual_changes"'));
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(spoiled, "manifest.json"), "utf8")));
    const bytes = readFileSync(path);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const outputs = manifest.outputs.map((file) =>
      file.path === "findings.json" ? { ...file, bytes: bytes.length, sha256 } : file,
    );
    const { manifest_sha256: _, ...content } = manifest;
    writeFileSync(join(spoiled, "manifest.json"), formatManifest({ ...content, outputs }));
    const run = recon("verify", spoiled);
    expect(run.stdout).toBe("findings.json: made again from the same inputs, it has other content.\n");
    expect(run.status).toBe(1);
  });

  it("finds a changed manifest, a missing file and an added one", () => {
    const spoiled = copy();
    const manifest = join(spoiled, "manifest.json");
    writeFileSync(
      manifest,
      readFileSync(manifest, "utf8").replace(/"dirty": (true|false)/, (_, dirty) => `"dirty": ${dirty !== "true"}`),
    );
    rmSync(join(spoiled, "population.csv"));
    writeFileSync(join(spoiled, "extra.txt"), "");
    const run = recon("verify", spoiled);
    expect(run.stdout.split("\n")).toEqual([
      "manifest.json was changed: its content does not match its own hash.",
      "population.csv is missing.",
      "extra.txt was added after the run.",
      "",
    ]);
    expect(run.status).toBe(1);
  });

  it("finds an export that was changed after the run, and one that was moved", () => {
    const moved = mkdtempSync(join(directory, "moved-"));
    const stripe = join(moved, "s.json");
    cpSync(join(ROOT, STRIPE), stripe);
    cpSync(join(ROOT, `${STRIPE}.meta.json`), `${stripe}.meta.json`);
    expect(recon("verify", bundle, "--stripe", stripe).status).toBe(0);
    appendFileSync(stripe, "\n");
    const run = recon("verify", bundle, "--stripe", stripe);
    expect(run.stdout).toContain(`${STRIPE} was changed`);
    expect(run.status).toBe(1);
    renameSync(stripe, `${stripe}.gone`);
    const gone = recon("verify", bundle, "--stripe", stripe);
    expect(gone.stderr).toContain("Tell where it is now with --stripe");
    expect(gone.status).toBe(2);
  });

  it("says so when there is no manifest", () => {
    const run = recon("verify", directory);
    expect(run.stderr).toContain("there is no manifest to check against");
    expect(run.status).toBe(2);
  });
});
