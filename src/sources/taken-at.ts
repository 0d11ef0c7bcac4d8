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

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)? ?(?:(z|utc)|([+-])(\d\d):?(\d\d)?)?$/i;

/**
 * Reads a time given by a person, as ISO 8601 or as psql prints it; without a zone it is UTC.
 *
 * @throws ReconError naming the option.
 */
export function parseTime(text: string, option: string): string {
  const [, year, month, day, hour, minute, second, , sign, offsetHours, offsetMinutes] = TIME.exec(text.trim()) ?? [];
  const written = [year, month, day, hour ?? 0, minute ?? 0, second ?? 0].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const time = new Date(
    Date.UTC(written[0], written[1] - 1, ...(written.slice(2) as [number, number, number, number])),
  );
  const read = [
    time.getUTCFullYear(),
    time.getUTCMonth() + 1,
    time.getUTCDate(),
    time.getUTCHours(),
    time.getUTCMinutes(),
    time.getUTCSeconds(),
  ];
  if (year === undefined || read.some((part, index) => part !== written[index])) {
    throw new ReconError("bad_time", `${option} "${text}": expected a time such as 2026-11-02T06:00:00Z.`);
  }
  const offset = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * (sign === "-" ? -60_000 : 60_000);
  return toIso(new Date(time.getTime() - offset).toISOString());
}

/** An ISO time cut to whole seconds. */
function toIso(time: string): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** Unix seconds of an ISO time. */
export function unixSeconds(time: string): number {
  return Date.parse(time) / 1000;
}
