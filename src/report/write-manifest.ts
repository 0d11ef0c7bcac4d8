import { execFile } from "node:child_process";
import { access, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Summary } from "../reconcile/summary";
import { hashFile } from "../sources/scan-file";
import { formatManifest, type Manifest, type ManifestFile } from "./manifest";

/** What a manifest is made of beside the files of its folder. */
export interface ManifestParts {
  /** The bundle's folder. */
  readonly directory: string;
  /** The folder that holds package.json. */
  readonly project: string;
  readonly summary: Summary;
  readonly parameters: Manifest["parameters"];
  /** Paths of files that were read beside the two exports, such as the configuration. */
  readonly alsoRead: readonly string[];
  /** Paths of the notebooks as they were before the run. */
  readonly notebooks: readonly string[];
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** The manifest's own name in a bundle. */
export const MANIFEST = "manifest.json";

/** Packages whose version decides what a run does. */
const PACKAGES: Readonly<Record<string, string>> = {
  duckdb: "@duckdb/node-api",
  tslab: "tslab",
  typescript_in_tslab: "@tslab/typescript-for-tslab",
};

/** Writes `manifest.json` over everything else in the folder. Call it last. */
export async function writeManifest(parts: ManifestParts): Promise<void> {
  const { directory, summary } = parts;
  const names = (await readdir(directory)).filter((name) => name !== MANIFEST && !name.startsWith(".")).sort();
  const exports = [summary.inputs.stripe.path, summary.inputs.database.path];
  const sidecars = await onlyThere(
    parts.project,
    exports.map((path) => `${path}.meta.json`),
  );
  const known = new Map(
    [summary.inputs.stripe, summary.inputs.database].map(({ path, bytes, sha256 }) => [path, { path, bytes, sha256 }]),
  );
  const manifest = formatManifest({
    schema_version: 1,
    run_id: summary.run_id,
    started_at: parts.startedAt,
    finished_at: parts.finishedAt,
    inputs: await Promise.all(
      [...exports, ...sidecars, ...parts.alsoRead].map(
        async (path) => known.get(path) ?? describeFile(resolve(parts.project, path), path),
      ),
    ),
    outputs: await Promise.all(names.map((name) => describeFile(join(directory, name), name))),
    parameters: parts.parameters,
    as_of: { stripe: summary.inputs.stripe.as_of, database: summary.inputs.database.as_of },
    notebooks: await Promise.all(parts.notebooks.map((path) => describeFile(resolve(parts.project, path), path))),
    git: await readGit(parts.project),
    lock_file_sha256: await hashFile(join(parts.project, "package-lock.json")).catch(() => null),
    versions: { node: process.versions.node, ...(await readVersions(parts.project)) },
  });
  await writeFile(join(directory, MANIFEST), manifest);
}

/** A file's size and hash, under the name it goes by in the manifest. */
export async function describeFile(path: string, name: string): Promise<ManifestFile> {
  const [{ size }, sha256] = await Promise.all([stat(path), hashFile(path)]);
  return { path: name, bytes: size, sha256 };
}

async function onlyThere(project: string, paths: readonly string[]): Promise<string[]> {
  const there = await Promise.all(
    paths.map((path) =>
      access(resolve(project, path)).then(
        () => [path],
        () => [],
      ),
    ),
  );
  return there.flat();
}

async function readGit(project: string): Promise<Manifest["git"]> {
  const run = promisify(execFile);
  try {
    const commit = await run("git", ["rev-parse", "HEAD"], { cwd: project });
    const status = await run("git", ["status", "--porcelain"], { cwd: project });
    return { commit: commit.stdout.trim(), dirty: status.stdout.trim() !== "" };
  } catch {
    return null;
  }
}

async function readVersions(project: string): Promise<Record<string, string>> {
  const versions = await Promise.all(
    Object.entries(PACKAGES).map(async ([name, packageName]) => {
      const text = await readFile(join(project, "node_modules", packageName, "package.json"), "utf8");
      return [name, (JSON.parse(text) as { version: string }).version];
    }),
  );
  return Object.fromEntries(versions) as Record<string, string>;
}
