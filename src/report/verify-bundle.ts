import { access, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, isAbsolute, join } from "node:path";
import { analyzeDrift } from "../drift/analyze-drift";
import { ReconError } from "../recon-error";
import { reconcile } from "../reconcile/reconcile";
import { readSummary } from "../reconcile/summary";
import { hashFile } from "../sources/scan-file";
import { formatManifest, type Manifest, type ManifestFile, manifestSchema } from "./manifest";
import { describeFile, MANIFEST } from "./write-manifest";

/** Where the recorded exports are now, when they have been moved. */
export interface MovedInputs {
  readonly stripe?: string | undefined;
  readonly database?: string | undefined;
}

/** What a check of a bundle found. */
export interface Verification {
  /** One sentence a difference, with the file; empty when there is none. */
  readonly differences: readonly string[];
  /** The manifest, every output and every input. */
  readonly filesChecked: number;
  readonly manifest: Manifest;
}

/** The files that a second run must give again, byte for byte. */
const REPEATED = ["discrepancies.csv", "discrepancies.parquet", "population.csv", "findings.json"];

/**
 * Checks a saved bundle: the manifest's seal, every file's bytes, the recorded inputs, and that the comparison and the analysis run
 * again on these inputs give the same tables and findings.
 *
 * @param project the folder that relative paths of the manifest start from
 * @throws ReconError when there is no readable manifest, or an input is not to be found
 */
export async function verifyBundle(
  directory: string,
  project: string,
  moved: MovedInputs = {},
  onProgress: (step: string) => void = () => undefined,
): Promise<Verification> {
  const { manifest, isSealed } = await readManifest(directory);
  const differences: string[] = isSealed ? [] : [`${MANIFEST} was changed: its content does not match its own hash.`];
  onProgress("Checking every file");
  for (const file of manifest.outputs) differences.push(...(await compareFile(join(directory, file.path), file)));
  differences.push(...(await findStrangers(directory, manifest)));
  const inputs = await findInputs(manifest, directory, project, moved);
  for (const [file, path] of inputs) differences.push(...(await compareFile(path, file)));
  if (differences.length === 0) differences.push(...(await repeat(directory, manifest, inputs, onProgress)));
  return { differences, filesChecked: 1 + manifest.outputs.length + manifest.inputs.length, manifest };
}

async function readManifest(directory: string): Promise<{ manifest: Manifest; isSealed: boolean }> {
  const path = join(directory, MANIFEST);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new ReconError(
      "no_manifest",
      `${path}: there is no manifest to check against. Give a folder that recon report wrote.`,
      { cause },
    );
  });
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // A manifest that is no JSON fails the schema below, with the same message.
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success === false) {
    throw new ReconError(
      "bad_manifest",
      `${path}: this is not a manifest this version can read (${parsed.error.issues[0]?.path.join(".") || "no JSON"}).`,
    );
  }
  const { manifest_sha256: _seal, ...content } = parsed.data;
  return { manifest: parsed.data, isSealed: formatManifest(content) === text };
}

async function compareFile(path: string, file: ManifestFile): Promise<string[]> {
  const found = await describeFile(path, file.path).catch(() => null);
  if (found === null) return [`${file.path} is missing.`];
  if (found.bytes !== file.bytes) return [`${file.path} was changed: ${found.bytes} bytes, recorded ${file.bytes}.`];
  return found.sha256 === file.sha256 ? [] : [`${file.path} was changed: its content is not what was recorded.`];
}

async function findStrangers(directory: string, manifest: Manifest): Promise<string[]> {
  const known = new Set([MANIFEST, ...manifest.outputs.map((file) => file.path)]);
  return (await readdir(directory))
    .filter((name) => !known.has(name))
    .map((name) => `${name} was added after the run.`);
}

async function findInputs(
  manifest: Manifest,
  directory: string,
  project: string,
  moved: MovedInputs,
): Promise<readonly (readonly [ManifestFile, string])[]> {
  const [stripe, database] = manifest.inputs;
  return Promise.all(
    manifest.inputs.map(async (file) => {
      const now =
        (file === stripe ? moved.stripe : file === database ? moved.database : undefined) ??
        follow(file.path, stripe?.path, moved.stripe) ??
        follow(file.path, database?.path, moved.database) ??
        inBundle(file, manifest, directory) ??
        file.path;
      const path = (await isThere(now)) || isAbsolute(now) ? now : join(project, now);
      if (await isThere(path)) return [file, path] as const;
      throw new ReconError(
        "missing_input",
        `${now}: the recorded input is not there, so the comparison cannot be run again. Tell where it is now with --stripe or --database.`,
      );
    }),
  );
}

/** Exports of live sides are part of the bundle, and move with it. */
function inBundle(file: ManifestFile, { outputs }: Manifest, directory: string): string | undefined {
  const name = basename(file.path);
  const isOutput = outputs.some((output) => output.path === name && output.sha256 === file.sha256);
  return isOutput ? join(directory, name) : undefined;
}

/** A sidecar moves with its export. */
function follow(path: string, exportPath: string | undefined, movedTo: string | undefined): string | undefined {
  return movedTo !== undefined && path === `${exportPath}.meta.json` ? `${movedTo}.meta.json` : undefined;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function repeat(
  directory: string,
  manifest: Manifest,
  inputs: readonly (readonly [ManifestFile, string])[],
  onProgress: (step: string) => void,
): Promise<string[]> {
  const out = await mkdtemp(join(tmpdir(), "recon-verify-"));
  const pathOf = (name: unknown): string | null => inputs.find(([file]) => file.path === name)?.[1] ?? null;
  try {
    const [stripe, database] = inputs;
    const again = await reconcile({
      stripe: stripe?.[1] ?? "",
      database: database?.[1] ?? "",
      out,
      stripeMetadata: pathOf(manifest.parameters["stripeMetadata"]),
      config: pathOf(manifest.parameters["config"]),
      stripeAsOf: manifest.as_of.stripe,
      databaseAsOf: manifest.as_of.database,
      runId: manifest.run_id,
      onProgress,
    });
    await analyzeDrift({ discrepancies: out, out, onProgress });
    const tables = await Promise.all(
      REPEATED.map(async (name) => {
        const same = (await hashFile(join(out, name))) === (await hashFile(join(directory, name)));
        return same ? [] : [`${name}: made again from the same inputs, it has other content.`];
      }),
    );
    const before = await readSummary(join(directory, "summary.json"));
    const counts =
      JSON.stringify(before.counts) === JSON.stringify(again.summary.counts) &&
      before.verdict === again.summary.verdict;
    return [...tables.flat(), ...(counts ? [] : ["summary.json: the comparison run again gives other counts."])];
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}
