import { describe, expect, it } from "vitest";
import { generateSubscriptions } from "../../data/stand-in/generate-subscriptions";
import { startStandIn } from "../../data/stand-in/start-stand-in";
import { clientOf, smallAccount } from "./small-account";

const FROM = 1_730_000_000;
const TO = 1_790_000_000;

describe("subscriptions that are made when they are asked for", () => {
  const source = generateSubscriptions({ count: 1_000_000, from: FROM, to: TO });

  it("stand newest first, each found again by its id and its time", () => {
    for (let index = 0; index < source.count; index += 9_973) {
      const { id, created } = source.at(index);
      expect(source.indexOf(id)).toBe(index);
      const first = source.indexAtCreated(created);
      expect(first).toBeLessThanOrEqual(index);
      expect(source.at(first).created).toBe(created);
      if (first > 0) expect(source.at(first - 1).created).toBeGreaterThan(created);
      if (index > 0) expect(source.at(index - 1).id > id).toBe(true);
    }
    expect(source.indexOf("sub_none")).toBe(-1);
    expect(source.indexOf(source.at(0).id.replace("StandIn", "Another"))).toBe(-1);
    expect([source.indexAtCreated(TO), source.indexAtCreated(FROM - 1)]).toEqual([0, source.count]);
  });

  it("are listed by the real client like any others", async () => {
    const standIn = await startStandIn({ accounts: [{ ...smallAccount(), subscriptions: source }] });
    const client = clientOf(standIn);
    const from = source.at(500_150).created;
    const to = source.at(500_000).created;
    const page = client.subscriptions.list({ status: "all", limit: 100, created: { gte: from, lte: to } });
    const listed = await page.autoPagingToArray({ limit: 10_000 });
    const expected: string[] = [];
    for (let index = source.indexAtCreated(to); source.at(index).created >= from; index++)
      expected.push(source.at(index).id);
    expect(expected.length).toBeGreaterThan(150);
    expect(listed.map((each) => each.id)).toEqual(expected);
    const last = source.at(999_999).id;
    expect((await client.subscriptions.retrieve(last)).id).toBe(last);
    await standIn.close();
  });
});
