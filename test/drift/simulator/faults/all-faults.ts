import type { CauseCode } from "../../../../src/drift/cause-codes";
import type { MakeFault } from "../fault";
import { modeMixup, wrongAccount } from "./account";
import { manualChanges, ownArchive, testDataInProduction } from "./by-hand";
import { customerMappingMissing, severalSubscriptionsPerCustomer } from "./customers";
import { eventsOutOfOrder, missedWebhooks, webhookSecretRotated } from "./delivery";
import { canceledHidden, truncatedExport } from "./exports";
import {
  deletionUnhandled,
  dunningUntracked,
  metadataUpdatesUnhandled,
  pauseUnhandled,
  trialEndUntracked,
} from "./handlers";
import { metadataOverwritten } from "./metadata";
import { apiVersionMovedFields, timezoneShift, unitError } from "./periods";
import { priceUnmapped } from "./prices";
import { restoredDatabase } from "./restore";
import { lossyStatusMapping, statusSpelling } from "./vocabulary";

/** How each cause comes about. */
export const FAULTS: Readonly<Record<CauseCode, MakeFault>> = {
  missed_webhooks: missedWebhooks,
  webhook_secret_rotated: webhookSecretRotated,
  events_out_of_order: eventsOutOfOrder,
  deletion_unhandled: deletionUnhandled,
  pause_unhandled: pauseUnhandled,
  lossy_status_mapping: lossyStatusMapping,
  status_spelling: statusSpelling,
  dunning_untracked: dunningUntracked,
  trial_end_untracked: trialEndUntracked,
  metadata_updates_unhandled: metadataUpdatesUnhandled,
  metadata_overwritten: metadataOverwritten,
  price_unmapped: priceUnmapped,
  mode_mixup: modeMixup,
  wrong_account: wrongAccount,
  truncated_export: truncatedExport,
  canceled_hidden: canceledHidden,
  manual_changes: manualChanges,
  customer_mapping_missing: customerMappingMissing,
  several_subscriptions_per_customer: severalSubscriptionsPerCustomer,
  test_data_in_production: testDataInProduction,
  restored_database: restoredDatabase,
  own_archive: ownArchive,
  api_version_moved_fields: apiVersionMovedFields,
  timezone_shift: timezoneShift,
  unit_error: unitError,
};
