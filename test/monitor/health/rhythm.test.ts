import { expect, it } from "vitest";
import { rhythmOf } from "../../../src/monitor/health/rhythm";
import { at, runsOf } from "./hourly-runs";

const HOUR = 3_600_000;

it.each([
  ["hourly, the last just now", "0 0 0 0", at(3, 10), "on_time", HOUR],
  ["one was missed", "0 0 0 0 .", at(4, 10), "on_time", HOUR],
  ["two periods without a result", "0 0 0 0 - -", at(5, 10), "failing", HOUR],
  ["exports that cannot be compared are no result", "0 0 0 0 ? ?", at(5, 10), "failing", HOUR],
  ["never a result", "- - - -", at(3, 10), "failing", HOUR],
  ["none comes any more", "0 0 0 0", at(5, 5), "silent", HOUR],
  ["none comes any more after one that failed", "0 0 0 0 -", at(7), "silent", HOUR],
  ["too few to tell a period", "0 0 0", at(20), "on_time", null],
  ["too few to tell, and two days ago", "0 0", at(48), "silent", null],
] as const)("%s", (_, words, now, state, period) => {
  expect(rhythmOf(runsOf(words), new Date(now))).toMatchObject({ state, period });
});

it("does not take runs by hand for a schedule", () => {
  const byHand = runsOf("0 0 0 0 0", { trigger: "by_hand" });
  expect(rhythmOf(byHand, new Date(at(20)))).toMatchObject({ state: "on_time", period: null });
});

it("tells a new schedule from an old one", () => {
  const daily = Array.from({ length: 31 }, (_, day) => runsOf("0", { started_at: at(24 * day) })).flat();
  const hourly = Array.from({ length: 20 }, (_, hour) => runsOf("0", { started_at: at(24 * 31 + hour) })).flat();
  expect(rhythmOf([...daily, ...hourly], new Date(at(24 * 32))).period).toBe(HOUR);
});
