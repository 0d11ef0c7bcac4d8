import { join } from "node:path";
import { ReconError } from "../recon-error";
import { type Found, readFound } from "../reconcile/read-found";
import { readMetadataKeys } from "../reconcile/read-metadata-keys";
import { readSummary, type Summary } from "../reconcile/summary";
import { readSidecar } from "../sources/sidecar";
import type { StripeAccount } from "../sources/stripe-api/connect-stripe";
import { type Kind, REASONS, type Reason } from "../subscription";
import { type LeftOut, type Plan, refuse } from "./plan";

/** Which subscriptions are asked for. */
export interface AskedFor {
  /** Folder of a report or of a diff: what it calls actionable. Null to look at `only` as both sides are now. */
  readonly report: string | null;
  /** These subscriptions alone. */
  readonly only?: readonly string[] | undefined;
  readonly kinds: readonly Kind[];
  /** The subscriptions of this tenant alone. */
  readonly tenantId?: string | undefined;
}

/** What is asked to be repaired. */
export interface Asked {
  /** Actionable by the report; of ids, each of the kinds. */
  readonly found: readonly Pick<Found, "subscription_id" | "kind">[];
  readonly leftOut: readonly LeftOut[];
  readonly report: Plan["report"];
  readonly stripeKeys: ReadonlySet<string>;
}

/**
 * Reads what a report says of the subscriptions that are asked for.
 *
 * @throws ReconError when there is no report, it could not compare its exports, or it is on another account or mode
 */
export async function readAsked({ report, only, kinds, tenantId }: AskedFor, account: StripeAccount): Promise<Asked> {
  if (report === null) {
    const found = (only ?? []).flatMap((id) => kinds.map((kind) => ({ subscription_id: id, kind })));
    return { found, leftOut: [], report: null, stripeKeys: new Set() };
  }
  const summary = await readSummary(join(report, "summary.json"));
  if (summary.verdict === "incomparable")
    throw new ReconError(
      "nothing_to_repair",
      `${report}: ${summary.refusal ?? "it could not be compared"} Nothing can be repaired from it.`,
    );
  const all = (await readFound(report)).filter(
    (each) =>
      kinds.includes(each.kind) &&
      (only === undefined || only.includes(each.subscription_id)) &&
      (tenantId === undefined || each.tenant_id === tenantId),
  );
  await refuseOtherAccount(summary, account);
  const leftOut = all
    .filter((each) => each.disposition !== "actionable")
    .map((each) => leave(each, reasonText(each.reason)));
  return {
    found: all.filter((each) => each.disposition === "actionable"),
    leftOut,
    report: { directory: report, run_id: summary.run_id, inputs: inputsOf(summary) },
    stripeKeys: await readMetadataKeys(report),
  };
}

/** A report on one account is not repaired with the key of another: its rows would all seem to be gone. */
async function refuseOtherAccount({ inputs }: Summary, account: StripeAccount): Promise<void> {
  const sidecar = await readSidecar(inputs.stripe.path, "stripe").catch(() => null);
  const isOther = sidecar?.account_id != null && account.id !== null && sidecar.account_id !== account.id;
  const mode = { live: true, test: false }[inputs.stripe.livemode as string];
  if (isOther)
    throw refuse(
      "wrong_account",
      `The report is on Stripe account ${sidecar.account_id}, the key is of ${account.id}. Use a key of the report's account.`,
    );
  if (mode !== undefined && mode !== account.livemode)
    throw refuse(
      "wrong_mode",
      `The report is on ${inputs.stripe.livemode} mode, the key is of ${account.livemode ? "live" : "test"} mode. Use a key of the report's mode.`,
    );
}

function inputsOf({ inputs }: Summary): { path: string; sha256: string }[] {
  return [inputs.stripe, inputs.database].map(({ path, sha256 }) => ({ path, sha256 }));
}

/** Why something has its disposition, in words. */
export function reasonText(reason: string | null): string {
  return reason !== null && Object.hasOwn(REASONS, reason)
    ? REASONS[reason as Reason]
    : (reason ?? "the report has it so");
}

function leave({ subscription_id, kind, disposition }: Found, reason: string): LeftOut {
  return { subscription_id, kind, disposition, reason };
}
