import { ReconError } from "../recon-error";
import type { TableHead } from "./choose-columns";
import { plainName } from "./column";

/** What else Stripe exports, by the prefix of its ids. */
const OTHER_OBJECTS: Readonly<Record<string, string>> = {
  in: "invoices",
  ii: "invoice items",
  ch: "charges",
  py: "payments",
  pi: "payment intents",
  seti: "setup intents",
  cs: "checkout sessions",
  cus: "customers",
  si: "subscription items",
  sub_sched: "subscription schedules",
  evt: "events",
  re: "refunds",
  txn: "balance transactions",
};

/**
 * Refuses a list of something else that names subscriptions, such as invoices: their statuses are not the subscriptions'.
 *
 * @throws ReconError saying what the file lists.
 */
export function refuseOtherRows(path: string, table: TableHead): void {
  const id = table.names.map(plainName).indexOf("id");
  if (id < 0) return;
  const prefixes = table.values(id).map((value) => /^([a-z]{2,4}|sub_sched)_[A-Za-z0-9_]{6,}$/.exec(value.trim())?.[1]);
  const prefix = Object.keys(OTHER_OBJECTS).find((each) => prefixes.includes(each));
  if (prefix === undefined || prefixes.includes("sub")) return;
  throw new ReconError(
    "no_subscriptions",
    `${path}: this lists ${OTHER_OBJECTS[prefix]} (${prefix}_…), not subscriptions. Export the subscriptions themselves.`,
  );
}
