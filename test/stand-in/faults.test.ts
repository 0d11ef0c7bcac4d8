import { afterEach, describe, expect, it } from "vitest";
import type { FaultKind } from "../../data/stand-in/faults";
import type { StandIn } from "../../data/stand-in/stand-in";
import { startStandIn } from "../../data/stand-in/start-stand-in";
import { tokenBucket } from "../../data/stand-in/token-bucket";
import { clientOf, errorOf, smallAccount } from "./small-account";

let standIn: StandIn;
afterEach(() => standIn.close());

/** What each of the calls ended with: a status, or the error's type and whether it says Retry-After. */
async function outcomes(calls: number): Promise<string[]> {
  const client = clientOf(standIn);
  const ends: string[] = [];
  for (let call = 0; call < calls; call++) {
    ends.push(
      await client.subscriptions.list({ status: "all" }).then(
        () => "200",
        (error) => `${error.type} ${error.statusCode} ${error.headers?.["retry-after"] ?? "-"}`,
      ),
    );
  }
  return ends;
}

describe("faults, as the real client maps them", () => {
  it.each<[FaultKind, string[]]>([
    ["429", ["StripeRateLimitError 429 -", "StripeRateLimitError 429 1"]],
    ["500", ["StripeAPIError 500 -"]],
    ["409", ["StripeAPIError 409 -"]],
    ["html502", ["StripeAPIError undefined -"]],
    ["slow", ["200"]],
  ])("%s", async (kind, expected) => {
    standIn = await startStandIn({
      accounts: [smallAccount()],
      faults: { share: 1, kinds: [kind], seed: 1, slowMs: 5 },
    });
    expect([...new Set(await outcomes(12))].sort()).toEqual(expected);
  });

  it("resets connections, before the answer and in the middle of it", async () => {
    standIn = await startStandIn({ accounts: [smallAccount()], faults: { share: 1, kinds: ["reset"], seed: 1 } });
    const seen = new Set<string>();
    for (let call = 0; call < 6; call++) {
      const error = await errorOf(clientOf(standIn).subscriptions.list({ status: "all" }));
      expect(error.type).toBe("StripeConnectionError");
      seen.add(error.requestId === undefined ? "before the answer" : "in the middle");
    }
    expect([...seen].sort()).toEqual(["before the answer", "in the middle"]);
    expect(standIn.requests.every((each) => each.status === 0)).toBe(true);
  });

  it("spoils the share that is asked for, the same calls for the same seed, and can be switched off", async () => {
    const faults = { share: 0.25, kinds: ["500"] as const, seed: 7 };
    standIn = await startStandIn({ accounts: [smallAccount()], faults });
    const first = await outcomes(200);
    const spoiled = first.filter((each) => each !== "200").length;
    expect(spoiled).toBeGreaterThan(30);
    expect(spoiled).toBeLessThan(70);
    standIn.setFaults(undefined);
    expect(new Set(await outcomes(20))).toEqual(new Set(["200"]));
    await standIn.close();
    standIn = await startStandIn({ accounts: [smallAccount()], faults });
    expect(await outcomes(200)).toEqual(first);
  });
});

describe("the rate limit", () => {
  it("answers 429 to what comes faster, every second time with Retry-After", async () => {
    standIn = await startStandIn({ accounts: [smallAccount()], requestsPerSecond: 3, latencyMs: 1 });
    const client = clientOf(standIn);
    const calls = Array.from({ length: 30 }, () =>
      client.subscriptions.list().then(
        () => null,
        (error) => error,
      ),
    );
    const errors = (await Promise.all(calls)).filter((error) => error !== null);
    expect(errors.length).toBeGreaterThan(3);
    expect(new Set(errors.map((error) => error.type))).toEqual(new Set(["StripeRateLimitError"]));
    const saying = errors.filter((error) => error.headers["retry-after"] === "1").length;
    expect(saying).toBe(Math.floor(errors.length / 2));
    expect(standIn.requests.filter((each) => each.status === 429)).toHaveLength(errors.length);
  });

  it("is a bucket: a second's worth at once, then one as each share of a second passes", async () => {
    standIn = await startStandIn({ accounts: [smallAccount()] });
    let now = 0;
    const admits = tokenBucket(4, () => now);
    expect([1, 2, 3, 4, 5].map(admits)).toEqual([true, true, true, true, false]);
    now += 250;
    expect([1, 2].map(admits)).toEqual([true, false]);
    now += 60_000;
    expect([1, 2, 3, 4, 5].map(admits)).toEqual([true, true, true, true, false]);
  });
});
