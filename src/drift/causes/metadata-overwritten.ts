import { type CauseRule, counted, percent, weigh } from "../cause-rule";
import { readMetadataClues } from "./metadata-clues";

const LEAST = 8;

/** Metadata were overwritten: a job or a local write emptied the column, or lost a key that was there. */
export const metadataOverwritten: CauseRule = {
  code: "metadata_overwritten",
  title: "Metadata were overwritten",
  confirmBy:
    "Look what wrote the column metadata at the rows' time of last change: a job, or code that replaces the whole object instead of merging.",
  action: "Stop what overwrites it, then Action 4 (update metadata mismatches).",
  examine({ affected }) {
    const clues = readMetadataClues(affected);
    const { rows } = clues;
    if (rows.length < LEAST) return null;
    const oneKey = clues.mainKey.count >= 0.9 * rows.length && clues.changed < 0.1 * rows.length;
    return weigh(rows, -2, [
      {
        holds: rows.length >= 0.7 * affected.length,
        weight: 1.5,
        against: 1,
        says: `${percent(rows.length, affected.length)} of what differs is metadata.`,
        otherwise: `Only ${percent(rows.length, affected.length)} of what differs is metadata.`,
      },
      {
        holds: clues.lost >= 0.8 * rows.length || clues.extra >= 0.8 * rows.length,
        weight: 1,
        against: 1.2,
        says: `${counted(Math.max(clues.lost, clues.extra), "row")} have lost keys; hardly any holds an older value.`,
        otherwise: `${counted(clues.changed, "row")} hold another value rather than none.`,
      },
      {
        holds: clues.writtenTogether >= 0.4,
        weight: 2.2,
        against: 0.4,
        says: `${percent(clues.writtenTogether, 1)} of the rows were last written within one hour, as by a job.`,
      },
      {
        holds: clues.keysLost >= 2,
        weight: 1.5,
        against: 0.3,
        says: `The rows lack ${clues.keysLost} keys each, as when the whole object was replaced.`,
      },
      {
        holds: clues.ownLost >= 0.7 * rows.length && clues.changed < 0.2 * rows.length ? true : null,
        weight: 3,
        says: `${counted(clues.ownLost, "row")} lack what an application sets at the creation, so it was there once.`,
      },
      { holds: oneKey ? true : null, weight: 0.4, says: `It is the key "${clues.mainKey.key}" nearly every time.` },
    ]);
  },
};
