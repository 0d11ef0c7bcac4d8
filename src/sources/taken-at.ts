import { ReconError } from "../recon-error";
import type { Side } from "../subscription";
import type { OpenedFile } from "./open-file";
import type { Sidecar } from "./sidecar";

/** When an export was taken, and how that is known. */
export interface TakenAt {
  /** First and last instant it may show, ISO 8601 in UTC. The same but for a paged export. */
  readonly from: string;
  readonly to: string;
  readonly basis: "sidecar" | "option" | "file_time";
}

/** When an export was taken: its sidecar, else the option, else when the file was last written. */
export function takenAt(
  file: OpenedFile,
  sidecar: Sidecar | null,
  option: string | null | undefined,
  side: Side,
): TakenAt {
  if (sidecar !== null) {
    return {
      from: toIso(sidecar.snapshot_at ?? sidecar.started_at),
      to: toIso(sidecar.snapshot_at ?? sidecar.finished_at),
      basis: "sidecar",
    };
  }
  if (option != null) {
    const time = parseTime(option, `--${side}-as-of`);
    return { from: time, to: time, basis: "option" };
  }
  const time = toIso(file.modifiedAt.toISOString());
  return { from: time, to: time, basis: "file_time" };
}

/**
 * Reads a time given by a person; without a zone it is UTC.
 *
 * @throws ReconError naming the option.
 */
export function parseTime(text: string, option: string): string {
  const zoned = /(z|[+-]\d\d:?\d\d)$/i.test(text.trim()) || !/\d:\d\d/.test(text) ? text.trim() : `${text.trim()}Z`;
  const time = new Date(zoned.replace(" ", "T"));
  if (!/^\d{4}-\d\d-\d\d/.test(text.trim()) || Number.isNaN(time.getTime())) {
    throw new ReconError("bad_time", `${option} "${text}": expected a time such as 2026-11-02T06:00:00Z.`);
  }
  return toIso(time.toISOString());
}

/** An ISO time cut to whole seconds. */
function toIso(time: string): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
