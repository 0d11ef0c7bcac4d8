/** Cases written by hand: each shows something that a naive comparison gets wrong. */

import { at, HOUR } from "./calendar";
import type { Action, Birth, Planned } from "./stripe-subscription";
import { TENANTS, type Tenant } from "./world";

/** A subscription with a name, for the hands that later touch its row. What is not said is chosen for it. */
export interface Script {
  readonly key: string;
  readonly created: string;
  readonly tenant?: Tenant;
  /** The key of the script whose customer it shares. */
  readonly customerOf?: string;
  readonly price?: string;
  readonly begins?: Birth["begins"];
  readonly metadata?: Birth["metadata"];
  /** Seconds until the webhook of its creation arrives, where it is not the usual few. */
  readonly delay?: number;
  readonly planned?: readonly Planned[];
}

/** A cell of HTML and a formula: they must come out as text everywhere. */
const HOSTILE_NOTES = ["<img src=x onerror=alert(1)>", '=HYPERLINK("http://evil.example","x")'];

/** Seconds a webhook was retried after a failed delivery, just before the exports. */
const RETRIED = 7 * 60 + 13;

const FAILED = TENANTS.filter((tenant) => tenant.onFailedShard);
const OLDER = TENANTS.filter((tenant) => tenant.olderWorker);
const STORED_AT_ONCE = TENANTS.filter((tenant) => !tenant.onFailedShard && tenant.flow === "api");

function nth(tenants: readonly Tenant[], index: number): Tenant {
  const tenant = tenants[index % tenants.length];
  if (tenant === undefined) throw new Error("nth: no tenants");
  return tenant;
}

function script(key: string, created: string, more: Omit<Script, "key" | "created"> = {}): Script {
  return { key, created, ...more };
}

function then(time: string, action: Action, delay?: number): { readonly planned: readonly Planned[] } {
  return { planned: [{ at: at(time), action, ...(delay === undefined ? {} : { delay }) }] };
}

/** What happened while the two exports were taken, or just before and its webhook came late. */
function inFlight(): Script[] {
  return [
    script("created, webhook late 1", "2026-11-02T05:57:12Z", { delay: RETRIED }),
    script("created, webhook late 2", "2026-11-02T05:58:40Z", { delay: RETRIED }),
    script("created, webhook late 3", "2026-11-02T05:59:50Z", { delay: RETRIED, begins: "trialing" }),
    script("created after the list 1", "2026-11-02T06:00:55Z"),
    script("created after the list 2", "2026-11-02T06:01:20Z", { price: "scale-year-eur" }),
    script("created after the list 3", "2026-11-02T06:02:31Z", { begins: "trialing" }),
    script("canceled after it was listed 1", "2026-03-11T14:08:51Z", then("2026-11-02T06:01:30Z", "cancel")),
    script("canceled after it was listed 2", "2025-08-19T09:41:07Z", then("2026-11-02T06:02:10Z", "cancel")),
    script("canceled, webhook late", "2026-01-22T11:30:22Z", then("2026-11-02T05:58:05Z", "cancel", RETRIED)),
    script(
      "set to cancel after it was listed 1",
      "2026-04-07T16:20:33Z",
      then("2026-11-02T06:01:05Z", "schedule_cancel"),
    ),
    script(
      "set to cancel after it was listed 2",
      "2025-12-15T08:12:40Z",
      then("2026-11-02T06:02:40Z", "schedule_cancel"),
    ),
    script(
      "set to cancel, webhook late",
      "2026-02-26T10:55:18Z",
      then("2026-11-02T05:56:30Z", "schedule_cancel", RETRIED),
    ),
    script(
      "metadata changed after it was listed 1",
      "2025-06-17T13:02:09Z",
      then("2026-11-02T06:00:58Z", "change_metadata"),
    ),
    script(
      "metadata changed after it was listed 2",
      "2026-07-08T15:44:56Z",
      then("2026-11-02T06:01:44Z", "change_metadata"),
    ),
    script(
      "quantity changed after it was listed 1",
      "2025-10-28T12:37:01Z",
      then("2026-11-02T06:01:15Z", "change_quantity"),
    ),
    script(
      "quantity changed after it was listed 2",
      "2026-05-20T09:09:45Z",
      then("2026-11-02T06:02:20Z", "change_quantity"),
    ),
    script("renewed after it was listed", "2026-08-02T06:01:12Z"),
    script("renewed, webhook late", "2026-06-02T05:58:20Z", then("2026-11-02T05:58:20Z", "renew", RETRIED)),
    script("trial ended after it was listed", "2026-10-19T06:01:30Z", { begins: "trialing" }),
  ];
}

/** Cases of the failed shard that must be there whatever chance does. */
function inTheIncident(): Script[] {
  const kept = script("its customer's other subscription lives", "2025-05-06T10:15:30Z", {
    tenant: nth(FAILED, 0),
    price: "scale-year-usd",
  });
  const lost = script("canceled in the incident, customer lives", "2025-09-23T14:50:12Z", {
    tenant: nth(FAILED, 0),
    customerOf: kept.key,
    ...then("2026-10-15T14:22:37Z", "cancel"),
  });
  const hostile = HOSTILE_NOTES.map((note, index) =>
    script(`hostile note ${index + 1}`, `2026-03-0${index + 3}T08:24:16Z`, {
      tenant: nth(FAILED, index + 1),
      price: "growth-year-eur",
      planned: [{ at: at("2026-10-15T10:11:05Z") + index * 26 * HOUR, action: "change_metadata", note }],
    }),
  );
  const storedAtOnce = {
    tenant: nth(
      FAILED.filter((tenant) => tenant.flow === "api"),
      0,
    ),
    begins: "incomplete" as const,
  };
  const expired = script("expired in the incident", "2026-10-14T20:15:22Z", {
    ...storedAtOnce,
    ...then("2026-10-15T19:15:22Z", "expire"),
  });
  const paid = script("first paid in the incident", "2026-10-14T18:05:49Z", {
    ...storedAtOnce,
    ...then("2026-10-14T23:10:31Z", "pay_first"),
  });
  return [kept, lost, ...hostile, expired, paid];
}

/** Subscriptions whose database rows people or older code touched. */
function touched(): Script[] {
  const yearly = ["growth-year-usd", "scale-year-eur", "growth-year-eur", "scale-year-usd"];
  const edited = [
    "2026-01-14T09:20:41Z",
    "2026-02-03T15:31:12Z",
    "2026-04-29T11:48:27Z",
    "2026-06-11T13:05:53Z",
    "2026-08-05T10:10:38Z",
    "2026-09-17T16:42:19Z",
  ];
  const archived = [
    "2025-01-20T10:00:14Z",
    "2025-02-12T12:25:36Z",
    "2025-03-27T09:51:02Z",
    "2025-05-15T14:14:48Z",
    "2025-06-04T08:37:29Z",
  ];
  const renewed = ["19", "21", "24", "27", "29"];
  const bare = [
    "2025-01-09T11:11:21Z",
    "2025-04-16T09:32:57Z",
    "2025-07-30T13:27:44Z",
    "2025-11-12T10:46:03Z",
    "2026-02-18T15:58:35Z",
    "2026-06-24T08:19:50Z",
  ];
  return [
    ...edited.map((created, i) =>
      script(`edited by hand ${i + 1}`, created, { price: yearly[i % yearly.length] ?? "" }),
    ),
    ...archived.map((created, i) =>
      script(`archived after its end ${i + 1}`, created, then(`2025-1${i % 3}-2${i}T10:30:00Z`, "cancel")),
    ),
    ...renewed.map((day, i) =>
      script(`past due, older spelling ${i + 1}`, `2026-0${i + 4}-${day}T09:15:27Z`, {
        tenant: nth(OLDER, i),
        ...then(`2026-10-${day}T10:22:03Z`, "fail_payment"),
      }),
    ),
    ...bare.map((created, i) => script(`no metadata ${i + 1}`, created, { metadata: {} })),
    ...["17:42:10", "21:05:36"].map((time, i) =>
      script(`not yet paid ${i + 1}`, `2026-11-01T${time}Z`, { tenant: nth(STORED_AT_ONCE, i), begins: "incomplete" }),
    ),
    script("set to cancel, called canceled", "2026-02-10T12:03:34Z", {
      price: "scale-year-usd",
      ...then("2026-09-08T09:17:25Z", "schedule_cancel"),
    }),
  ];
}

/** All scripts. */
export const SCRIPTS: readonly Script[] = [...inFlight(), ...inTheIncident(), ...touched()];
