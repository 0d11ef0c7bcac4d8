import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ReconError } from "../recon-error";
import type { Side } from "../subscription";

const time = z.iso.datetime({ offset: true });

/** `<export>.meta.json`: what a live export knows about itself. */
export const sidecarSchema = z.object({
  schema_version: z.literal(1),
  side: z.enum(["stripe", "database"]),
  account_id: z.string().nullish(),
  livemode: z.boolean().nullish(),
  api_version: z.string().nullish(),
  server_version: z.string().nullish(),
  /** The instant a database's transaction saw. */
  snapshot_at: time.nullish(),
  started_at: time,
  finished_at: time,
  rows: z.number().int().nonnegative().nullish(),
  complete: z.boolean(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullish(),
  /** Subscriptions that were read again later, and had not moved since: what differs of them is not in flight. */
  reread: z.array(z.string()).optional(),
  /** Subscriptions that were read again later, and had moved since: they are in flight, whatever their times say. */
  moved: z.array(z.string()).optional(),
  /** When they were read again. */
  reread_at: time.optional(),
  /** Of Stripe: subscriptions it answered 404 for, in this account and mode. */
  absent: z.array(z.string()).optional(),
  /** Of Stripe: subscriptions it has in the other mode alone. */
  other_mode: z.array(z.string()).optional(),
});

/** A parsed sidecar. Times are ISO 8601. */
export type Sidecar = z.infer<typeof sidecarSchema>;

/**
 * Reads the sidecar beside an export.
 *
 * @returns null when there is none.
 * @throws ReconError when there is one that cannot be read, or that belongs to the other side.
 */
export async function readSidecar(exportPath: string, side: Side): Promise<Sidecar | null> {
  const path = `${exportPath}.meta.json`;
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new ReconError("bad_sidecar", `${path}: the sidecar cannot be read. Remove it or mend its permissions.`, {
      cause,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ReconError("bad_sidecar", `${path}: the sidecar is not JSON. Remove it, or export again.`, { cause });
  }
  const parsed = sidecarSchema.safeParse(value);
  if (parsed.success === false) {
    const issue = parsed.error.issues[0];
    throw new ReconError(
      "bad_sidecar",
      `${path}: ${issue?.path.join(".") || "the top level"}: ${issue?.message ?? "not valid"}. Remove the sidecar, or export again.`,
    );
  }
  if (parsed.data.side !== side) {
    throw new ReconError(
      "swapped",
      `${exportPath}: its sidecar says it is the ${parsed.data.side} export, but it was given as --${side}. Swap the two arguments.`,
    );
  }
  return parsed.data;
}
