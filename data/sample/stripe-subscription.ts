/** The sample's Stripe side: what a subscription is, how it begins and what can happen to it. */

import type { Status } from "../../src/subscription";
import type { Price, Tenant } from "./world";

/** Who pays. */
export interface Customer {
  readonly id: string;
  readonly number: number;
  /** When it is deleted in Stripe, which cancels all it has; null for never. */
  readonly deletedAt: number | null;
}

/** What can happen to a subscription. */
export type Action =
  | "renew"
  | "end_trial"
  | "pay_first"
  | "expire"
  | "fail_payment"
  | "recover"
  | "give_up"
  | "upgrade"
  | "migrate"
  | "change_quantity"
  | "change_metadata"
  | "campaign"
  | "schedule_cancel"
  | "keep"
  | "cancel"
  | "delete_customer"
  | "pause"
  | "resume";

/** An action at a time. `delay`: seconds until the webhook arrives, where it is not the usual few. */
export interface Planned {
  readonly at: number;
  readonly action: Action;
  readonly delay?: number;
  readonly note?: string;
}

/** How a subscription begins and what is planned for it. */
export interface Birth {
  readonly created: number;
  readonly tenant: Tenant;
  readonly customer: Customer;
  readonly price: Price;
  readonly quantity: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly begins: "active" | "trialing" | "incomplete";
  /** Where the billing cycle is anchored; null for the creation. */
  readonly anchor: number | null;
  readonly planned: readonly Planned[];
  /** Nothing happens by chance: it renews and does what is planned. */
  readonly quiet: boolean;
  /** Seconds until the webhook of its creation arrives, where it is not the usual few. */
  readonly delay?: number;
}

/** A subscription in Stripe at one moment. Times are Unix seconds. */
export interface Snapshot {
  readonly id: string;
  readonly tenant: Tenant;
  readonly customer: Customer;
  readonly created: number;
  status: Status;
  price: Price;
  quantity: number;
  metadata: Readonly<Record<string, string>>;
  anchor: number;
  periodStart: number;
  periodEnd: number;
  trialStart: number | null;
  trialEnd: number | null;
  cancelAtPeriodEnd: boolean;
  canceledAt: number | null;
  endedAt: number | null;
  cancelReason: "cancellation_requested" | "payment_failed" | null;
  paused: { readonly at: number; readonly type: string } | null;
}

/** One event: what happened when, and the subscription right after it. */
export interface Happening {
  readonly at: number;
  readonly type: "created" | "updated" | "deleted" | "paused" | "resumed";
  readonly delay: number | null;
  readonly was: Status | null;
  readonly subscription: Readonly<Snapshot>;
}
