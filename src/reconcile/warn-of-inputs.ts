import type { Source } from "../sources/source";
import { unixSeconds } from "../sources/taken-at";
import type { Warning } from "./summary";
import type { Survey } from "./survey";

/** A day: an export whose file is that much younger than its newest row was probably copied, or taken earlier. */
const DAY_SECONDS = 86_400;

/** What is not known of the two exports, and had to be inferred. */
export function warnOfInputs(stripe: Source, database: Source, survey: Survey): Warning[] {
  const warnings: Warning[] = [];
  const newest = { stripe: survey.stripe_newest, database: survey.database_newest };
  for (const source of [stripe, database]) {
    const { path } = source.file;
    if (source.takenAt.basis === "file_time") {
      const last = newest[source.side];
      const gap = last === null ? 0 : Math.abs(unixSeconds(source.takenAt.to) - last);
      const doubt =
        gap > DAY_SECONDS
          ? " That is far from its newest row, so rows in flight may be taken for drift, or drift for in flight."
          : "";
      warnings.push({
        code: "as_of_from_file_time",
        message: `${path}: when it was taken is not recorded; its file time ${source.takenAt.to} is used.${doubt} Give --${source.side}-as-of.`,
        rows: 0,
      });
    }
    if (source.sidecar === null) {
      warnings.push({
        code: "completeness_unknown",
        message: `${path}: whether it is complete is not recorded (no ${path}.meta.json), so it is inferred from its content.`,
        rows: 0,
      });
    }
  }
  return warnings;
}
