import { expect, it } from "vitest";
import { retrieveSubscriptions } from "../../src/sources/stripe-api/retrieve-subscriptions";
import { connectTo, standInWith, subscription, subscriptions } from "./world";

const id = "acct_1AAAAAStandInAcc";
const accounts = [
  {
    id,
    livemode: true,
    subscriptions: [...subscriptions(300, 60), subscription({ id: "sub_canceled", created: 1, status: "canceled" })],
  },
  { id, livemode: false, subscriptions: [subscription({ id: "sub_test", created: 1, livemode: false })] },
] as const;

it("tells what is there, canceled or not, from what is absent and what is of the other mode", async () => {
  const connection = await connectTo(await standInWith([], { accounts }));
  const asked = ["sub_000007", "sub_absent", "sub_test", "sub_canceled", "sub_000007", "sub_odd/../id"];
  const found = await retrieveSubscriptions(connection, asked);
  expect(
    [...found].map(([id, answer]) => [id, answer.kind, answer.kind === "found" && answer.subscription.status]),
  ).toEqual([
    ["sub_000007", "found", "active"],
    ["sub_absent", "absent", false],
    ["sub_test", "other_mode", false],
    ["sub_canceled", "found", "canceled"],
    ["sub_odd/../id", "absent", false],
  ]);
});

it("hundreds within the rate, though calls fail", async () => {
  const standIn = await standInWith([], {
    accounts,
    faults: { share: 0.1, kinds: ["429", "500", "reset", "html502"], seed: 5 },
  });
  const ids = Array.from({ length: 300 }, (_, index) => `sub_${String(index + 1).padStart(6, "0")}`);
  const steps: number[] = [];
  const found = await retrieveSubscriptions(await connectTo(standIn), ids, { onProgress: (done) => steps.push(done) });
  expect([...found.values()].every(({ kind }) => kind === "found")).toBe(true);
  expect([...found.keys()]).toEqual(ids);
  expect(steps).toEqual(ids.map((_, index) => index + 1));
});

it("a failure is no absence", async () => {
  const standIn = await standInWith([], {
    accounts,
    keys: {
      rk_live_none: { account: id, livemode: true, restricted: { subscriptions: false, events: true, account: true } },
    },
  });
  const connection = await connectTo(standIn, { key: "rk_live_none" });
  await expect(retrieveSubscriptions(connection, ["sub_000001"])).rejects.toMatchObject({ code: "stripe_no_right" });
});
