import { describe, expect, it } from "vitest";
import { STYLE } from "../../src/report/assets";
import { DISPOSITION_COLORS, KIND_COLORS, STATUS_COLORS } from "../../src/report/colors";
import { DISPOSITIONS, KINDS, STATUSES } from "../../src/subscription";

const TOKENS = new Map(
  [...STYLE.matchAll(/--rc-([a-z]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
    name,
    [light, dark] as const,
  ]),
);

describe("text is legible on every ground, light and dark", () => {
  const texts = ["text", "muted", "accent", "added", "removed", "changed"];
  const grounds = ["paper", "soft", "good", "warn", "bad"];
  it.each(texts.flatMap((text) => grounds.map((ground) => [text, ground] as const)))("%s on %s", (text, ground) => {
    for (const theme of [0, 1] as const) {
      expect(contrast(color(text, theme), color(ground, theme))).toBeGreaterThanOrEqual(4.5);
    }
  });
});

it("every kind and disposition has a color of its own", () => {
  expect(new Set(Object.values(KIND_COLORS)).size).toBe(KINDS.length);
  expect(new Set(Object.values(DISPOSITION_COLORS)).size).toBe(DISPOSITIONS.length);
});

it("colors are given to statuses that exist", () => {
  expect(STATUSES).toEqual(expect.arrayContaining(Object.keys(STATUS_COLORS)));
});

function color(name: string, theme: 0 | 1): string {
  const value = TOKENS.get(name)?.[theme];
  if (value === undefined) throw new Error(`report.css has no --rc-${name}`);
  return value;
}

/** Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
