import { createHash } from "node:crypto";
import { z } from "zod";

const file = z.object({
  path: z.string(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const time = z.iso.datetime();

/** `manifest.json`: what a saved bundle is made of and from. Times are ISO 8601 in UTC. */
export const manifestSchema = z.object({
  schema_version: z.literal(1),
  run_id: z.string(),
  started_at: time,
  finished_at: time,
  /** Every file that was read, by the path it was given under: the exports, their sidecars, the configuration. */
  inputs: z.array(file),
  /** Every file of the bundle but this one. */
  outputs: z.array(file),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** When the exports were taken, as used. */
  as_of: z.object({ stripe: time, database: time }),
  notebooks: z.array(file),
  git: z.object({ commit: z.string(), dirty: z.boolean() }).nullable(),
  lock_file_sha256: z.string().nullable(),
  versions: z.record(z.string(), z.string()),
  /** SHA-256 of this file without this member, as `formatManifest` writes it. */
  manifest_sha256: z.string(),
});

/** A parsed `manifest.json`. */
export type Manifest = z.infer<typeof manifestSchema>;

/** A file of the manifest: its path, size in bytes and SHA-256 in hex. */
export type ManifestFile = z.infer<typeof file>;

/** The manifest as text, sealed with its own hash: the same content gives the same bytes. */
export function formatManifest(content: Omit<Manifest, "manifest_sha256">): string {
  const sealed = { ...content, manifest_sha256: "" };
  const sha256 = createHash("sha256").update(JSON.stringify(sealed)).digest("hex");
  return `${JSON.stringify({ ...content, manifest_sha256: sha256 }, null, 2)}\n`;
}
