import { describe, expect, it } from "vitest";
import { cellText, numberText, plainText, timeText, visibleText } from "../../src/report/cell-text";

describe("visibleText", () => {
  it.each([
    ["plain text stays", "Größe 東京 مرحبا 🙂", "Größe 東京 مرحبا 🙂"],
    ["one space between words stays", "a b", "a b"],
    ["a space at an end", "active ", "active␣"],
    ["a run of spaces", "a   b", "a␣␣␣b"],
    ["a line break and a tab", "a\nb\tc", "a↵b⇥c"],
    ["a right-to-left override", "photo\u202Egpj.exe", "photo[U+202E]gpj.exe"],
    ["a zero-width space and a byte order mark", "sub\u200B_1\uFEFF", "sub[U+200B]_1[U+FEFF]"],
    ["a no-break space", "a\u00a0b", "a[U+00A0]b"],
    ["a lone surrogate", "\ud800", "[U+D800]"],
    ["a tag character outside the basic plane", "a\u{e0041}", "a[U+E0041]"],
  ])("%s", (_, text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });
});

describe("cellText", () => {
  it.each([
    [null, "–"],
    [undefined, "–"],
    ["", "–"],
    [0, "0"],
    [false, "false"],
    [new Date("2026-03-03T09:00:00Z"), "2026-03-03T09:00:00.000Z"],
    [{ seats: 5 }, "{&quot;seats&quot;:5}"],
    ["<b>&'\"", "&lt;b&gt;&amp;&#39;&quot;"],
  ])("shows %j as %s", (value, shown) => {
    expect(cellText(value)).toBe(shown);
  });

  it("cuts a long text and keeps the whole in the title", () => {
    const shown = cellText("é<".repeat(600), 10);
    expect(shown).toContain(">é&lt;é&lt;é&lt;é&lt;é&lt;… <small>(1,200 characters)</small>");
    expect(shown).toContain(`title="${"é&lt;".repeat(600)}"`);
  });

  it("does not cut a letter in two", () => {
    expect(cellText("🙂🙂🙂", 2)).toContain(">🙂🙂…");
  });
});

describe("timeText", () => {
  it.each([
    ["2026-03-03T09:00:00Z", "2026-03-03 09:00"],
    ["2026-03-03T09:00:07.250Z", "2026-03-03 09:00:07"],
    ["2026-03-03 10:00:00+01", "2026-03-03 09:00"],
    ["2026-03-03T10:00:00+01:00", "2026-03-03 09:00"],
    ["2026-03-03T09:00:00", "2026-03-03T09:00:00"],
    ["7", "7"],
    ["soon", "soon"],
  ])("shows %s as %s", (value, shown) => {
    expect(timeText(value)).toBe(shown);
  });
});

it("numbers are grouped, at most two decimals", () => {
  expect([1204, -1234567.891, 0.5, 9007199254740993n].map(numberText)).toEqual([
    "1,204",
    "-1,234,567.89",
    "0.5",
    "9,007,199,254,740,993",
  ]);
});

it("an invalid date is no text", () => {
  expect(plainText(new Date("soon"))).toBe("");
});
