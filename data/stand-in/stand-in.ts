import type { Faults } from "./faults";
import type { OpenAccount, StandInAccount, StandInKey } from "./world";

/** What a stand-in for Stripe's API holds, and how it behaves. */
export interface StandInOptions {
  readonly accounts: readonly StandInAccount[];
  /** By the key; {@link defaultKeys} where nothing is said. */
  readonly keys?: Readonly<Record<string, StandInKey>>;
  /** How long every answer takes, in milliseconds. */
  readonly latencyMs?: number;
  /** What comes faster is answered 429, every second time with Retry-After. */
  readonly requestsPerSecond?: number;
  readonly faults?: Faults;
  /** Unix milliseconds: what is older than 30 days by it has no events. */
  readonly now?: () => number;
  /** On 127.0.0.1; any free one where nothing is said. */
  readonly port?: number;
  readonly onRequest?: RequestHook;
}

/** One request, in the order of arrival. */
export interface RecordedRequest {
  /** Unix milliseconds of the real clock. */
  readonly at: number;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** 0 while it is not answered, and where its connection was reset. */
  status: number;
  /** Null where the key was refused. */
  account: string | null;
  apiVersion: string | null;
}

/** Runs before a request is answered: what it changes shows in the answer. */
export type RequestHook = (request: RecordedRequest, standIn: StandIn) => void | Promise<void>;

/** A stand-in that runs. */
export interface StandIn {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly keys: Readonly<Record<string, StandInKey>>;
  readonly requests: readonly RecordedRequest[];
  onRequest: RequestHook | undefined;
  /** Throws where there is no such account; of an account in both modes the first, where no mode is said. */
  account(id: string, livemode?: boolean): OpenAccount;
  setFaults(faults: Faults | undefined): void;
  /** Drops every connection. */
  close(): Promise<void>;
}
