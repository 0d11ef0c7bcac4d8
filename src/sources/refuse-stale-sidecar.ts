import { ReconError } from "../recon-error";
import type { Source } from "./source";

/**
 * Refuses a sidecar that was written for another export: what it says of completeness and time would be believed.
 *
 * @throws ReconError naming the sidecar
 */
export function refuseStaleSidecar({ file, sidecar }: Source, sha256: string): void {
  if (sidecar?.sha256 == null || sidecar.sha256 === sha256) return;
  throw new ReconError(
    "stale_sidecar",
    `${file.path}.meta.json: this sidecar was written for another export; the SHA-256 it records is not that of ${file.path}. Export again, or remove the sidecar.`,
  );
}
