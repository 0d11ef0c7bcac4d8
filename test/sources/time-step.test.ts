import { expect, it } from "vitest";
import { timeStepOf } from "../../src/sources/time-step";

const many = (time: string): string[] => Array(20).fill(time);

it.each([
  [1, "seconds", ["2026-11-02 06:00:01", "2026-11-02 06:00:00"]],
  [1, "few times that end in :00 by chance", ["2026-11-02 06:00:00", "2026-11-02 07:00:00"]],
  [1, "Unix seconds", many("1793599200")],
  [1, "no times", []],
  [60, "minutes", ["2026-11-02 06:00", "2026-11-02T06:01"]],
  [60, "many that all end in :00", many("2026-11-02 06:07:00+00")],
  [1, "many of which one has seconds", [...many("2026-11-02 06:07:00+00"), "2026-11-02 06:07:01+00"]],
  [86_400, "days", ["2026-11-02", "2026-11-03"]],
  [86_400, "many midnights", many("2026-11-02 00:00:00")],
  [60, "midnights elsewhere", many("2026-11-02 00:00:00+05:30")],
] as const)("%i: %s", (step, _, times) => {
  expect(timeStepOf([...times])).toBe(step);
});
