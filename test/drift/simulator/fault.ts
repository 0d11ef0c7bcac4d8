import type { CauseCode } from "../../../src/drift/cause-codes";
import type { Random } from "./random";
import type { Row, Written } from "./row";
import type { Snapshot, SubscriptionEvent } from "./subscription-event";
import type { World } from "./world";

/** The table, by its key: the id, or the customer where a fault makes it so. */
export type Table = Map<string, Row>;

/** What the two exports show. */
export interface Sides {
  readonly stripe: ReadonlyMap<string, Snapshot>;
  readonly database: ReadonlyMap<string, Row>;
  /** Further rows of the Stripe list exist that this export leaves out, and it says so. */
  readonly hasMore: boolean;
}

/** Something that touches the table at one moment beside the consumer. */
export interface Job {
  /** Unix seconds. */
  readonly at: number;
  readonly run: (table: Table) => void;
}

/** What goes wrong, as hooks into the way from Stripe to the two exports. */
export interface Hooks {
  /** When an event is handled, in Unix microseconds; null when it never is. */
  readonly deliver?: (event: SubscriptionEvent, usual: number) => number | null;
  /** The consumer takes the event and does nothing. */
  readonly ignores?: (event: SubscriptionEvent, row: Row | undefined) => boolean;
  /** What the consumer writes; null when it fails and writes nothing. */
  readonly writes?: (written: Written, event: SubscriptionEvent, row: Row | undefined) => Written | null;
  /** One row a customer; what becomes of it when an event of another subscription comes. */
  readonly perCustomer?: "overwrite" | "ignore" | "keep_id";
  readonly jobs?: readonly Job[];
  readonly exports?: (sides: Sides) => Sides;
}

/** A cause at work. Times are Unix seconds. */
export interface Fault extends Hooks {
  readonly code: CauseCode;
  readonly from: number | null;
  readonly to: number | null;
  readonly shape: "burst" | "step" | "flat" | "sparse";
}

/**
 * Makes a fault. `random` is fresh each time, so that only `extent` changes between two calls: 0 is the least that can go wrong,
 * 1 the most. It is what is tuned to affect about as many subscriptions as were asked for.
 */
export type MakeFault = (world: World, random: Random, extent: number) => Fault;
