import type { CauseRule } from "./cause-rule";
import { apiVersionMovedFields } from "./causes/api-version-moved-fields";
import { canceledHidden } from "./causes/canceled-hidden";
import { customerMappingMissing } from "./causes/customer-mapping-missing";
import { deletionUnhandled } from "./causes/deletion-unhandled";
import { dunningUntracked } from "./causes/dunning-untracked";
import { eventsOutOfOrder } from "./causes/events-out-of-order";
import { lossyStatusMapping } from "./causes/lossy-status-mapping";
import { manualChanges } from "./causes/manual-changes";
import { metadataOverwritten } from "./causes/metadata-overwritten";
import { metadataUpdatesUnhandled } from "./causes/metadata-updates-unhandled";
import { missedWebhooks } from "./causes/missed-webhooks";
import { modeMixup } from "./causes/mode-mixup";
import { ownArchive } from "./causes/own-archive";
import { pauseUnhandled } from "./causes/pause-unhandled";
import { priceUnmapped } from "./causes/price-unmapped";
import { restoredDatabase } from "./causes/restored-database";
import { severalSubscriptionsPerCustomer } from "./causes/several-subscriptions-per-customer";
import { statusSpelling } from "./causes/status-spelling";
import { testDataInProduction } from "./causes/test-data-in-production";
import { timezoneShift } from "./causes/timezone-shift";
import { trialEndUntracked } from "./causes/trial-end-untracked";
import { truncatedExport } from "./causes/truncated-export";
import { unitError } from "./causes/unit-error";
import { webhookSecretRotated } from "./causes/webhook-secret-rotated";
import { wrongAccount } from "./causes/wrong-account";

/** Every cause that can be named, one file each. */
export const CATALOGUE: readonly CauseRule[] = [
  missedWebhooks,
  webhookSecretRotated,
  eventsOutOfOrder,
  deletionUnhandled,
  pauseUnhandled,
  lossyStatusMapping,
  statusSpelling,
  dunningUntracked,
  trialEndUntracked,
  metadataUpdatesUnhandled,
  metadataOverwritten,
  priceUnmapped,
  modeMixup,
  wrongAccount,
  truncatedExport,
  canceledHidden,
  manualChanges,
  customerMappingMissing,
  severalSubscriptionsPerCustomer,
  testDataInProduction,
  restoredDatabase,
  ownArchive,
  apiVersionMovedFields,
  timezoneShift,
  unitError,
];
