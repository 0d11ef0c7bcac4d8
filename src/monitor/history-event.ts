import { z } from "zod";
import { KINDS } from "../subscription";

const time = z.iso.datetime();

/** Drift that somebody decided to live with for a while: which discrepancies, who, why and until when. */
export const acceptanceSchema = z.object({
  event: z.literal("accepted"),
  at: time,
  who: z.string(),
  why: z.string(),
  /** For one discrepancy the newest acceptance decides; one that ends at once takes an earlier one back. */
  until: time,
  /** The reconciliation that found them. */
  run_id: z.string(),
  discrepancies: z.array(z.object({ subscription_id: z.string(), kind: z.enum(KINDS) })),
});

/** Records that were removed for their age, on request. */
const pruningSchema = z.object({
  event: z.literal("pruned"),
  at: time,
  who: z.string(),
  /** Runs that started before this were removed. */
  before: time,
  runs: z.number().int().nonnegative(),
});

/** A hook that could not be told of a run: the next run's is told instead. */
const undeliveredSchema = z.object({ event: z.literal("undelivered"), at: time, run_id: z.string() });

/** What a history holds beside runs. Times are ISO 8601 in UTC. */
export const historyEventSchema = z.discriminatedUnion("event", [acceptanceSchema, pruningSchema, undeliveredSchema]);

/** One of the events. */
export type HistoryEvent = z.infer<typeof historyEventSchema>;
/** Somebody's acceptance of some discrepancies. */
export type Acceptance = z.infer<typeof acceptanceSchema>;
