import type { Status } from "../../../src/subscription";
import type { Price } from "./company";

/** A subscription in Stripe at one moment. Times are Unix seconds. */
export interface Snapshot {
  readonly id: string;
  readonly customer: string;
  readonly tenant: string;
  /** Where it was made; `dashboard` by hand, with no tenant in its metadata. */
  readonly source: "checkout" | "api" | "dashboard";
  readonly livemode: boolean;
  readonly created: number;
  readonly status: Status;
  readonly price: Price;
  readonly quantity: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly anchor: number;
  readonly periodStart: number;
  readonly periodEnd: number;
  readonly trialStart: number | null;
  readonly trialEnd: number | null;
  readonly cancelAtPeriodEnd: boolean;
  readonly canceledAt: number | null;
  readonly endedAt: number | null;
  readonly paused: { readonly at: number; readonly type: string } | null;
}

/** One event of Stripe: what happened when, and the whole subscription right after it. */
export interface SubscriptionEvent {
  /** Unique, and the same in every world that has this event. */
  readonly key: string;
  readonly at: number;
  readonly type: "created" | "updated" | "deleted" | "paused" | "resumed";
  readonly subscription: Snapshot;
  /** When the consumer usually handles it, in Unix microseconds; in the order of the events of one subscription. */
  readonly handled: number;
}
