import { expect, it } from "vitest";
import { makeEvent } from "../../data/stand-in/make-event";
import { listFailedEvents } from "../../src/sources/stripe-api/list-failed-events";
import { connectTo, standInWith, subscription } from "./world";

const NOW = 1_790_000_000;
const DAY = 86_400;
const TYPES = ["customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted"];

/** One event an hour for 40 days, of three types in turn; every second one failed. */
const events = Array.from({ length: 960 }, (_, hour) =>
  makeEvent({
    id: `evt_${String(hour).padStart(4, "0")}`,
    created: NOW - hour * 3600,
    type: TYPES[hour % 3] as "customer.subscription.created",
    subscription: subscription({ id: `sub_${hour}`, created: NOW - hour * 3600 }),
    pending_webhooks: hour % 2,
  }),
);
const standIn = await standInWith([], {
  accounts: [{ id: "acct_1AAAAAStandInAcc", livemode: true, subscriptions: [], events }],
  now: () => NOW * 1000,
});
const connection = await connectTo(standIn);

async function hours(options: Parameters<typeof listFailedEvents>[1]): Promise<number[]> {
  const found: number[] = [];
  for await (const { id, pending_webhooks, data } of listFailedEvents(connection, options)) {
    expect(pending_webhooks).toBeGreaterThan(0);
    expect(data.object.id).toBe(`sub_${Number(id.slice(4))}`);
    found.push(Number(id.slice(4)));
  }
  return found;
}

it("those that failed, of all pages, newest first, as far back as Stripe keeps them", async () => {
  const expected = events.map((_, hour) => hour).filter((hour) => hour % 2 === 1 && hour <= 30 * 24);
  expect(expected.length).toBeGreaterThan(300);
  expect(await hours({ types: TYPES })).toEqual(expected);
});

it("from a time on, and of some types", async () => {
  const createdFrom = new Date((NOW - 2 * DAY) * 1000);
  expect(await hours({ types: TYPES.slice(0, 1), createdFrom })).toEqual([3, 9, 15, 21, 27, 33, 39, 45]);
});

it("of more types than Stripe takes at once", async () => {
  const many = [...Array.from({ length: 30 }, (_, index) => `other.type${index}`), ...TYPES];
  expect(await hours({ types: many, createdFrom: new Date((NOW - 10 * 3600) * 1000) })).toEqual([1, 3, 5, 7, 9]);
});
