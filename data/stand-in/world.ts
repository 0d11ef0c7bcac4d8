import type Stripe from "stripe";
import { ListedMap } from "./listed-map";
import type { NewestFirst } from "./newest-first";

/** An account in one mode, and what Stripe holds for it. The same account may also be there in the other mode. */
export interface StandInAccount {
  readonly id: string;
  readonly livemode: boolean;
  readonly name?: string;
  /** In any order; or a source of more than memory should hold. */
  readonly subscriptions: readonly Stripe.Subscription[] | NewestFirst<Stripe.Subscription>;
  readonly events?: readonly Stripe.Event[];
  /** The platform whose keys reach this connected account. */
  readonly connectedTo?: string;
  /** The version of a request without `Stripe-Version`. */
  readonly apiVersion?: string;
}

/** What a restricted key may read. `customers`: true where nothing is said. */
export interface Rights {
  readonly subscriptions: boolean;
  readonly events: boolean;
  readonly account: boolean;
  readonly customers?: boolean;
}

/** Whose key it is. A key without `restricted` reads everything. */
export interface StandInKey {
  readonly account: string;
  readonly livemode: boolean;
  readonly restricted?: Rights;
  readonly revoked?: boolean;
}

/** An account while the stand-in runs. What is changed here shows in the next answer. */
export interface OpenAccount {
  readonly id: string;
  readonly livemode: boolean;
  readonly name: string;
  readonly connectedTo: string | null;
  readonly apiVersion: string;
  /** Empty where the account's subscriptions come from a source. */
  readonly subscriptions: Map<string, Stripe.Subscription>;
  readonly listed: NewestFirst<Stripe.Subscription>;
  readonly events: ListedMap<Stripe.Event>;
}

/** Everything the stand-in knows. */
export interface World {
  readonly accounts: readonly OpenAccount[];
  readonly keys: Readonly<Record<string, StandInKey>>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** The version that the installed client is made for. */
export const CURRENT_VERSION = "2026-10-28.endive";

/** The key an account has when none are given: `rk` restricted, `sk` secret; both read everything. */
export function keyOf(account: { readonly id: string; readonly livemode: boolean }, kind: "rk" | "sk" = "rk"): string {
  return `${kind}_${account.livemode ? "live" : "test"}_standin_${account.id}`;
}

/** Both keys of every account that is no one's connected account. */
export function defaultKeys(accounts: readonly StandInAccount[]): Record<string, StandInKey> {
  const owners = accounts.filter((account) => account.connectedTo === undefined);
  return Object.fromEntries(
    owners.flatMap((account) =>
      (["rk", "sk"] as const).map((kind) => [
        keyOf(account, kind),
        { account: account.id, livemode: account.livemode },
      ]),
    ),
  );
}

/** Makes an account ready to be listed and changed. */
export function openAccount(account: StandInAccount): OpenAccount {
  const { subscriptions } = account;
  const held = new ListedMap<Stripe.Subscription>("count" in subscriptions ? [] : subscriptions);
  return {
    id: account.id,
    livemode: account.livemode,
    name: account.name ?? "Stand-in",
    connectedTo: account.connectedTo ?? null,
    apiVersion: account.apiVersion ?? CURRENT_VERSION,
    subscriptions: held,
    listed: "count" in subscriptions ? subscriptions : held,
    events: new ListedMap<Stripe.Event>(account.events ?? []),
  };
}
