import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ReconError } from "../../recon-error";

const count = z.number().int().nonnegative();
const time = z.iso.datetime();
const reasons = z.array(z.object({ reason: z.string(), count }));

/** `failed` its last delivery failed, or Stripe says that it reached no endpoint · `delivered` the last delivery went well. */
const eventState = z.enum(["delivered", "failed"]);

const event = z.object({
  /** `evt_…`; null where the log names the type alone. */
  id: z.string().nullable(),
  /** Such as `customer.subscription.updated`; null where the log does not say. */
  type: z.string().nullable(),
  state: eventState,
  /** Whether it was delivered only after failures. */
  late: z.boolean(),
  /** Whether the application said that it does nothing with events of this type. */
  ignored: z.boolean(),
  /** First and last delivery; null when the log states no times. */
  first_at: time.nullable(),
  last_at: time.nullable(),
  deliveries: count,
  /** The statuses that were answered, in order of their numbers. */
  statuses: z.array(z.number().int()),
  /** Kinds of its failures, such as `400 signature`, `timeout`, most frequent first. */
  reasons: z.array(z.string()),
  /** Where it is known from. */
  source: z.enum(["log", "stripe"]),
});

const subscription = z.object({
  id: z.string(),
  /** `failed` when any of its events was never delivered · `delivered` when all were · `never_seen` when no webhook names it. */
  state: z.enum(["delivered", "failed", "never_seen"]),
  /** Whether any of its events was delivered only after failures. */
  late: z.boolean(),
  first_at: time.nullable(),
  last_at: time.nullable(),
  /** When Stripe changed, as recon diff dates it; null when that is not known. */
  changed_at: time.nullable(),
  /** Whether the log has webhooks from before and after that change; null when either is not known. */
  log_covers_change: z.boolean().nullable(),
  events: z.array(event),
  /** Events beyond the number that is kept. */
  events_left_out: count,
});

const failureWindow = z.object({
  /** First and last failure. */
  from: time,
  to: time,
  failed: count,
  /** Deliveries in it, failed ones included. */
  total: count,
  reasons,
  /** Whether no delivery went well after it, so that it may go on. */
  open: z.boolean(),
});

/** `webhooks.json`: what logs tell of the webhooks of affected subscriptions. Times are ISO 8601 in UTC. */
export const webhookHistorySchema = z.object({
  schema_version: z.literal(1),
  logs: z.array(
    z.object({
      path: z.string(),
      /** Size as given; null for a pipe or the standard input. */
      bytes: count.nullable(),
      /** Entries about webhooks. */
      entries: count,
      first_at: time.nullable(),
      last_at: time.nullable(),
    }),
  ),
  subscriptions_from: z.string(),
  entries: z.object({
    webhooks: count,
    /** Of them, those that name a subscription, affected or not. Where there is none, `never_seen` tells nothing. */
    named: count,
    /** Of them, those that state no time of their own. */
    untimed: count,
    /** Of them, those whose time has no zone, which was taken as UTC. */
    without_zone: count,
    /** Lines of any sort of which only the beginning was read, being too long. */
    cut: count,
  }),
  /** First and last entry about a webhook. */
  from: time.nullable(),
  to: time.nullable(),
  /** Deliveries of any subscription. One that an access log and the application both tell of counts twice here. */
  deliveries: z.object({ failed: count, total: count }),
  counts: z.object({ delivered: count, delivered_late: count, failed: count, never_seen: count }),
  windows: z.array(failureWindow),
  /** Stretches without any webhook in the log, where on average `expected` were due. */
  silences: z.array(z.object({ from: time, to: time, expected: count })),
  /** Failures of any subscription by kind and event type, most frequent first. */
  failures: z.array(z.object({ reason: z.string(), type: z.string().nullable(), count })),
  /** Event types the application says it does nothing with. */
  ignored_types: z.array(z.object({ type: z.string().nullable(), count })),
  /** Events Stripe itself says it could not deliver; null when Stripe was not asked. */
  stripe_undelivered: z.object({ events: count, affected: count }).nullable(),
  subscriptions: z.array(subscription),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  next_step: z.string(),
});

/** A parsed `webhooks.json`. */
export type WebhookHistory = z.infer<typeof webhookHistorySchema>;
/** One affected subscription with its events. */
export type SubscriptionWebhooks = WebhookHistory["subscriptions"][number];
/** One event of it. */
export type WebhookEvent = SubscriptionWebhooks["events"][number];

/**
 * Reads a `webhooks.json`.
 *
 * @throws ReconError when it is missing or not valid, naming the member.
 */
export async function readWebhooks(path: string): Promise<WebhookHistory> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new ReconError(
      "bad_webhooks",
      `${path}: the webhook history cannot be read (${(cause as Error).message}). Run recon webhooks first.`,
      { cause },
    );
  }
  const parsed = webhookHistorySchema.safeParse(value);
  if (parsed.success === true) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".");
  throw new ReconError(
    "bad_webhooks",
    `${path}: this is no webhooks.json of this version (${where} is not as expected). Run recon webhooks again.`,
  );
}
