import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { pace } from "../../src/sources/stripe-api/pace";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** When each of so many requests went, in milliseconds from now, over so long a time. */
async function turns(line: ReturnType<typeof pace>, count: number, forMs: number): Promise<number[]> {
  const started = Date.now();
  const went: number[] = [];
  for (let i = 0; i < count; i++) void line.turn().then(() => went.push(Date.now() - started));
  await vi.advanceTimersByTimeAsync(forMs);
  return went;
}

it.each([
  { rate: 100, seconds: 5 },
  { rate: 20, seconds: 5 },
  { rate: 5, seconds: 5 },
  { rate: 2.5, seconds: 8 },
  { rate: 0.5, seconds: 20 },
])("$rate a second are never more in any second, and hardly less", async ({ rate, seconds }) => {
  const went = await turns(pace(rate), 2 * rate * seconds, seconds * 1000);
  const span = Math.max(1000, 1000 / rate);
  const inASpan = went.map((time) => went.filter((other) => other >= time && other < time + span).length);
  expect(Math.max(...inASpan)).toBeLessThanOrEqual(Math.max(1, Math.floor(rate)));
  expect(went.length).toBeGreaterThanOrEqual(Math.floor(0.75 * rate * seconds));
});

it("after a 429 nobody goes for as long as ten requests take", async () => {
  const line = pace(20);
  await turns(line, 1, 0);
  line.answered(429);
  line.answered(429);
  const went = await turns(line, 3, 2000);
  expect(went).toHaveLength(3);
  expect(Math.min(...went)).toBeGreaterThanOrEqual(500);
  line.answered(200);
  expect(await turns(line, 1, 0)).toEqual([0]);
});
