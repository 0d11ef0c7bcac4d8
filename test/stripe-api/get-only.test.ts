import { expect, it } from "vitest";
import { connectTo, standInWith, subscriptions } from "./world";

it("any method but GET is refused before it leaves the process", async () => {
  const standIn = await standInWith(subscriptions(1, 1));
  const { client, call } = await connectTo(standIn);
  const before = standIn.requests.length;
  const attempts: (() => Promise<unknown>)[] = [
    () => client.subscriptions.cancel("sub_000001"),
    () => client.subscriptions.update("sub_000001", { metadata: { a: "b" } }),
    () => client.customers.create({ email: "a@example.com" }),
    () => client.rawRequest("POST", "/v1/subscriptions/sub_000001", { cancel_at_period_end: "true" }),
    () => client.rawRequest("DELETE", "/v1/customers/cus_1"),
    () => client.v2.core.eventDestinations.ping("ed_1"),
  ];
  for (const attempt of attempts) {
    await expect(attempt()).rejects.toMatchObject({ detail: { code: "stripe_read_only" } });
    await expect(call(attempt)).rejects.toMatchObject({
      code: "stripe_read_only",
      message: expect.stringMatching(/^(POST|DELETE) \/v[12]\/\S+: refused before it left this process/),
    });
  }
  expect(standIn.requests).toHaveLength(before);
});

it("and GET goes through", async () => {
  const standIn = await standInWith(subscriptions(3, 1));
  const { client, call, requests, account, now } = await connectTo(standIn);
  const page = await call(() => client.subscriptions.list({ limit: 2 }));
  expect(page.data.map(({ id }) => id)).toEqual(["sub_000003", "sub_000002"]);
  expect(account).toEqual({ id: "acct_1AAAAAStandInAcc", name: "Small company", livemode: true });
  expect(standIn.requests.map(({ method, apiVersion }) => [method, apiVersion])).toEqual(
    Array(2).fill(["GET", "2026-10-28.endive"]),
  );
  expect(requests()).toBe(2);
  expect(Math.abs(now().getTime() - Date.now())).toBeLessThan(6000);
});
