import type { LogTime } from "./log-time";

/** One entry of a log that has to do with webhooks: a line with the lines that continue it. */
export interface LogEntry {
  readonly time: LogTime | null;
  /** The HTTP status of the answer to the webhook, 100 to 599. */
  readonly status: number | null;
  /** Whether it was logged as an error. */
  readonly isError: boolean;
  /** What it says, without the payload, whose words tell nothing of the delivery. */
  readonly message: string;
  /** The start of all of it, stack trace included, to tell the kind of a failure. */
  readonly text: string;
  /** What entries of one request have in common. */
  readonly requestId: string | null;
  readonly eventIds: readonly string[];
  readonly eventTypes: readonly string[];
  readonly subscriptionIds: readonly string[];
  /** Whether it is a line of an access log: a method, a path and how it was answered. */
  readonly isRequest: boolean;
  /** Whether it names a webhook, by its path or in words. */
  readonly namesWebhook: boolean;
}

/** The parts of an entry that its form decides: text or JSON. */
export type EntryParts = Pick<LogEntry, "time" | "status" | "isError" | "message" | "requestId" | "isRequest">;
