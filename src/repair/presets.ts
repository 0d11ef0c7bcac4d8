import type { Column } from "../sources/column";

/** Which columns a preset's table has, by our names. */
export type ColumnNames = Readonly<Partial<Record<Column, string>>>;

/**
 * Tables whose columns mean the same wherever they are found, so that they can be written without a configuration. What a
 * table lacks is left out. A table that is generated from whole API objects (dj-stripe, the sync-engine) or made by a warehouse
 * (Fivetran) is not here: its own tool has to sync it again.
 *
 * Sources: the schemas of Laravel Cashier 16, Pay 11, better-auth's Stripe plugin and the Vercel starter. Columns that hold
 * something else than Stripe's field of that name, such as Cashier's `ends_at`, are not written.
 */
export const PRESETS = {
  default: {
    id: "id",
    customer_id: "customer_id",
    tenant_id: "tenant_id",
    status: "status",
    price_id: "price_id",
    quantity: "quantity",
    currency: "currency",
    metadata: "metadata",
    current_period_start: "current_period_start",
    current_period_end: "current_period_end",
    trial_start: "trial_start",
    trial_end: "trial_end",
    cancel_at_period_end: "cancel_at_period_end",
    cancel_at: "cancel_at",
    canceled_at: "canceled_at",
    ended_at: "ended_at",
    archived_at: "archived_at",
    livemode: "livemode",
    created: "created_at",
    updated: "updated_at",
  },
  cashier: {
    id: "stripe_id",
    status: "stripe_status",
    price_id: "stripe_price",
    quantity: "quantity",
    trial_end: "trial_ends_at",
    updated: "updated_at",
  },
  pay: {
    id: "processor_id",
    status: "status",
    price_id: "processor_plan",
    quantity: "quantity",
    metadata: "metadata",
    current_period_start: "current_period_start",
    current_period_end: "current_period_end",
    trial_end: "trial_ends_at",
    updated: "updated_at",
  },
  "better-auth": {
    id: "stripeSubscriptionId",
    customer_id: "stripeCustomerId",
    status: "status",
    current_period_start: "periodStart",
    current_period_end: "periodEnd",
    cancel_at_period_end: "cancelAtPeriodEnd",
    trial_start: "trialStart",
    trial_end: "trialEnd",
  },
  "vercel-starter": {
    id: "id",
    status: "status",
    metadata: "metadata",
    price_id: "price_id",
    quantity: "quantity",
    cancel_at_period_end: "cancel_at_period_end",
    created: "created",
    current_period_start: "current_period_start",
    current_period_end: "current_period_end",
    ended_at: "ended_at",
    cancel_at: "cancel_at",
    canceled_at: "canceled_at",
    trial_start: "trial_start",
    trial_end: "trial_end",
  },
} as const satisfies Readonly<Record<string, ColumnNames>>;

/** The name of a preset. */
export type Preset = keyof typeof PRESETS;

/** The names of all presets. */
export const PRESET_NAMES = Object.keys(PRESETS) as readonly Preset[];
