/** Faults of the consumer: events and changes that it takes and does not write. */

import type { Fault, MakeFault } from "../fault";
import { type Scope, sinceEither } from "./scope";

function timesOf(scope: Scope): Pick<Fault, "from" | "to" | "shape"> {
  return { from: scope.from, to: null, shape: scope.shape };
}

/** There is no handler for `customer.subscription.deleted`. */
export const deletionUnhandled: MakeFault = (world, random, extent) => {
  const scope = sinceEither(world, random, extent);
  return {
    code: "deletion_unhandled",
    ...timesOf(scope),
    ignores: (event) => event.type === "deleted" && scope.holds(event),
  };
};

/** There is no handler for `paused` and `resumed`; or the column has no such value, and the write fails. */
export const pauseUnhandled: MakeFault = (world, random, extent) => {
  const scope = sinceEither(world, random, extent);
  const lacksWord = random() < 0.4;
  return {
    code: "pause_unhandled",
    ...timesOf(scope),
    ignores: (event) =>
      scope.holds(event) &&
      (lacksWord ? event.subscription.status === "paused" : event.type === "paused" || event.type === "resumed"),
  };
};

/** A failed payment leaves the status as it was; all else of the event is written. */
export const dunningUntracked: MakeFault = (world, random, extent) => {
  const scope = sinceEither(world, random, extent);
  return {
    code: "dunning_untracked",
    ...timesOf(scope),
    writes: (written, event, row) => {
      const isDunning = written.status === "past_due" || written.status === "unpaid";
      return isDunning && scope.holds(event) ? { ...written, status: row?.status ?? "active" } : written;
    },
  };
};

/** What was a trial stays one until it ends for good: nothing makes it active. */
export const trialEndUntracked: MakeFault = (world, random, extent) => {
  const scope = sinceEither(world, random, extent);
  const trialEnd = (end: number | null): boolean => end !== null && (scope.from === null || end >= scope.from);
  return {
    code: "trial_end_untracked",
    ...timesOf(scope),
    writes: (written, event, row) =>
      row?.status === "trialing" && written.status === "active" && trialEnd(written.trial_end) && scope.holds(event)
        ? { ...written, status: "trialing" }
        : written,
  };
};

/** Metadata is written when the row is inserted, and never again. */
export const metadataUpdatesUnhandled: MakeFault = (world, random, extent) => {
  const scope = sinceEither(world, random, extent);
  return {
    code: "metadata_updates_unhandled",
    ...timesOf(scope),
    writes: (written, event, row) =>
      row !== undefined && scope.holds(event) ? { ...written, metadata: row.metadata } : written,
  };
};
