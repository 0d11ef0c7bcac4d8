/** The causes of drift this product can name. Codes are stable: other tools read them. */
export const CAUSE_CODES = [
  "missed_webhooks",
  "webhook_secret_rotated",
  "events_out_of_order",
  "deletion_unhandled",
  "pause_unhandled",
  "lossy_status_mapping",
  "status_spelling",
  "dunning_untracked",
  "trial_end_untracked",
  "metadata_updates_unhandled",
  "metadata_overwritten",
  "price_unmapped",
  "mode_mixup",
  "wrong_account",
  "truncated_export",
  "canceled_hidden",
  "manual_changes",
  "customer_mapping_missing",
  "several_subscriptions_per_customer",
  "test_data_in_production",
  "restored_database",
  "own_archive",
  "api_version_moved_fields",
  "timezone_shift",
  "unit_error",
] as const;

/** One of {@link CAUSE_CODES}. */
export type CauseCode = (typeof CAUSE_CODES)[number];
