import { type CauseRule, weigh } from "../cause-rule";
import { findOutage } from "./outage";

/** The table was restored from a backup: all changes between the backup and the restore are gone, new rows included. */
export const restoredDatabase: CauseRule = {
  code: "restored_database",
  title: "The database was restored from a backup",
  confirmBy:
    "Ask for restores and branches of the database at that time. From the exports alone it looks like an outage that lost everything; Stripe's events were delivered, though.",
  action:
    "Actions 1, 3 and 4 for everything that changed since the backup; look after what else was lost with it (Database Recovery Runbook).",
  examine(file) {
    const outage = findOutage(file);
    if (outage === null || file.onset.window === null) return null;
    const total = outage.rate !== null && outage.rate >= 0.6;
    if (!total) return null;
    const created = outage.explains.filter((one) => one.kinds.has("missing_in_database")).length;
    return weigh(
      outage.explains,
      -4.2,
      [
        ...outage.clues,
        {
          holds: created > 0,
          weight: 0.3,
          against: 1.5,
          says: "Every change of that time is gone, new rows included.",
          otherwise: "No new subscription of that time is missing.",
        },
      ],
      { from: outage.from, to: file.onset.ends },
    );
  },
};
