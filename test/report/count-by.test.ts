import { expect, it } from "vitest";
import { countBy } from "../../src/report/count-by";
import { toFrame } from "../../src/report/frame";

it("counts every combination, missing values too, the largest first", () => {
  const frame = toFrame([
    { from: null, to: "active", tenant: "a" },
    { from: "trialing", to: "active", tenant: "a" },
    { from: "trialing", to: "active", tenant: "b" },
    { from: "active", to: null, tenant: "b" },
  ]);
  const counts = countBy(frame, ["from", "to"]);
  expect(counts.columns).toEqual(["from", "to", "rows"]);
  expect(counts.values).toEqual([
    ["trialing", "active", 2],
    ["", "active", 1],
    ["active", "", 1],
  ]);
});

it("takes values that are names of an object's own", () => {
  const frame = toFrame(["constructor", "__proto__", "constructor"].map((status) => ({ status })));
  expect(countBy(frame, ["status"]).values).toEqual([
    ["constructor", 2],
    ["__proto__", 1],
  ]);
});

it("has no groups where there is no row", () => {
  expect(countBy(toFrame([]), ["from"]).shape).toEqual([0, 0]);
});
