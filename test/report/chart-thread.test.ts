import { expect, it } from "vitest";
import { drawPng } from "../../src/report/chart-image";
import type { Figure } from "../../src/report/chart-svg";

interface Thread {
  drawOnThread(figure: Figure, width: number, height: number): Promise<{ readonly png: Uint8Array | null } | null>;
}

const { drawOnThread } = require("../../src/report/chart-thread.cjs") as Thread;

it("draws the same picture on its thread as on this one", { timeout: 30_000 }, async () => {
  const figure = { data: [{ type: "bar", x: ["a", "b"], y: [1, 2] }], layout: {} };
  const drawn = await drawOnThread(figure, 300, 200);
  expect(Buffer.from(drawn?.png ?? []).equals(await drawPng(figure, 300, 200))).toBe(true);
});
