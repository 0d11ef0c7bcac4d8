import type { Side } from "../subscription";
import type { Config } from "./config";
import type { Source } from "./source";

/** How an export is to be read. */
export interface ReadOptions {
  readonly side: Side;
  /** When the export was taken, if the caller knows; a sidecar wins. */
  readonly asOf?: string | null | undefined;
  readonly config?: Config | null | undefined;
  /** Sigma's `subscriptions_metadata`, which stands in a file of its own. Found beside the export by its name when not given. */
  readonly metadataPath?: string | null | undefined;
}

/** What the content of a file decides. */
export type Shape = Omit<Source, "side" | "file" | "sidecar" | "takenAt" | "graceSeconds">;
