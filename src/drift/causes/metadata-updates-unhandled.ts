import { type CauseRule, counted, percent, weigh } from "../cause-rule";
import { readMetadataClues } from "./metadata-clues";

/** Fewer metadata mismatches than this come about singly. */
const LEAST = 10;

/** Metadata are written when a subscription is created and never again. */
export const metadataUpdatesUnhandled: CauseRule = {
  code: "metadata_updates_unhandled",
  title: "Updates of metadata are not taken over",
  confirmBy:
    "Look whether customer.subscription.updated writes metadata: its events carry previous_attributes.metadata, and the rows hold the values of the creation.",
  action: "Write metadata with every update, then Action 4 (update metadata mismatches).",
  examine({ affected }) {
    const clues = readMetadataClues(affected);
    const { rows } = clues;
    if (rows.length < LEAST) return null;
    const behind = clues.changed + clues.lost;
    return weigh(rows, -1, [
      {
        holds: rows.length >= 0.7 * affected.length,
        weight: 2,
        against: 1.5,
        says: `${percent(rows.length, affected.length)} of what differs is metadata; statuses are taken over.`,
        otherwise: `Only ${percent(rows.length, affected.length)} of what differs is metadata.`,
      },
      {
        holds: behind >= 0.8 * rows.length && clues.extra <= 0.5 * rows.length,
        weight: 1,
        says: `${counted(behind, "row")} lack what was set or changed in Stripe.`,
        otherwise: `${counted(clues.extra, "row")} have keys that Stripe does not.`,
      },
      {
        holds: clues.writtenTogether < 0.4,
        weight: 0.8,
        against: 1.8,
        says: "",
        otherwise: `${percent(clues.writtenTogether, 1)} of the rows were last written within one hour, as by a job.`,
      },
      {
        holds: clues.changed >= 0.2 * rows.length || clues.keysLost <= 1,
        weight: 0.8,
        against: 1.2,
        says: clues.changed > 0 ? `${counted(clues.changed, "row")} hold an older value.` : "",
        otherwise: `The rows lack ${clues.keysLost} keys each and hold no older value.`,
      },
      {
        holds: clues.ownLost >= 0.7 * rows.length && clues.changed < 0.2 * rows.length ? false : null,
        weight: 0,
        against: 2.5,
        says: "",
        otherwise: `${counted(clues.ownLost, "row")} lack what an application sets at the creation, which was there once.`,
      },
    ]);
  },
};
