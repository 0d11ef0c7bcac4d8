import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { booleanText, timeText } from "../../src/repair/column-text";
import { keepRows } from "../../src/repair/keep-rows";
import { nextMetadata } from "../../src/repair/next-metadata";
import { statusWord } from "../../src/repair/status-word";
import type { TableColumn, TableDescription } from "../../src/sources/postgres/table-description";
import { makeFolder } from "../cli/run-recon";

const SECONDS = Date.UTC(2026, 10, 2, 6, 3, 0) / 1000;

describe("a time", () => {
  it.each([
    ["timestamp with time zone", [], "2026-11-02 06:03:00+00"],
    ["timestamp(3) with time zone", [], "2026-11-02 06:03:00+00"],
    ["timestamp without time zone", [], "2026-11-02 06:03:00"],
    ["date", [], "2026-11-02"],
    ["bigint", ["1762063380"], String(SECONDS)],
    ["bigint", ["1762063380000"], String(SECONDS * 1000)],
    ["bigint", [null], String(SECONDS)],
    ["text", [], "2026-11-02T06:03:00Z"],
  ])("in a column of type %s beside %j is %s", (type, samples, text) => {
    expect(timeText(SECONDS, type, samples)).toBe(text);
  });
});

describe("a boolean", () => {
  it.each([
    ["boolean", [], "t", "f"],
    ["integer", ["0"], "1", "0"],
    ["text", ["No"], "yes", "no"],
    ["text", [null, "f"], "t", "f"],
    ["text", [], "true", "false"],
  ])("in a column of type %s beside %j is %s or %s", (type, samples, yes, no) => {
    expect([booleanText(true, type, samples), booleanText(false, type, samples)]).toEqual([yes, no]);
  });
});

describe("the word for a status", () => {
  const column = (type: string, enumValues: string[] | null = null): TableColumn =>
    ({ name: "status", type, enumValues }) as TableColumn;
  const checks = (definition: string): TableDescription =>
    ({ checks: definition === "" ? [] : [{ name: "words", definition }] }) as unknown as TableDescription;
  const LIST = "CHECK ((status = ANY (ARRAY['active'::text, 'cancelled'::text])))";
  it.each([
    ["canceled", column("text"), "", {}, "canceled"],
    ["canceled", column("text"), LIST, {}, "cancelled"],
    ["paused", column("text"), LIST, {}, /no word for paused/],
    ["canceled", column("text"), "CHECK ((plan = ANY (ARRAY['basic'::text])))", {}, "canceled"],
    ["past_due", column("text"), "", { overdue: "past_due" }, "overdue"],
    ["canceled", column("text"), "", { off: ["canceled", "unpaid"] }, "off"],
    ["canceled", column("text"), "", { off: "canceled", gone: "canceled" }, /several words for canceled: off, gone/],
    ["canceled", column("text"), "", { canceled: "canceled", gone: "canceled" }, "canceled"],
    ["canceled", column("my_status", ["ACTIVE", "CANCELED"]), "", {}, "CANCELED"],
    ["unpaid", column("my_status", ["active", "inactive"]), "", {}, "inactive"],
    ["trialing", column("my_status", ["active", "canceled"]), "", {}, /no word for trialing/],
    ["active", column("integer"), "", { 1: "active", 2: "canceled" }, "1"],
    ["paused", column("integer"), "", { 1: "active" }, /of type integer/],
  ])("%s in %j with check %j and %j is %s", (status, where, check, configured, expected) => {
    const answer = statusWord(status, where, checks(check), configured as Record<string, string | string[]>);
    if (typeof expected === "string") expect(answer).toEqual({ kind: "word", word: expected });
    else expect(answer).toMatchObject({ kind: "none", why: expect.stringMatching(expected) });
  });
});

describe("metadata", () => {
  it.each([
    ['{"b": "1", "a": 2}', { set: { a: "3" }, remove: [] }, '{"b":"1","a":"3"}'],
    ['{"a": "1", "mine": {"deep": [1, null]}}', { set: {}, remove: ["a"] }, '{"mine":{"deep":[1,null]}}'],
    [null, { set: { a: "1" }, remove: [] }, '{"a":"1"}'],
    ["", { set: { a: "1" }, remove: [] }, '{"a":"1"}'],
    ["[]", { set: { a: "1" }, remove: [] }, '{"a":"1"}'],
    ['"{\\"a\\":\\"1\\"}"', { set: { a: "2" }, remove: [] }, '"{\\"a\\":\\"2\\"}"'],
    ['{"__proto__": "x", "a": "1"}', { set: { a: "2" }, remove: [] }, '{"__proto__":"x","a":"2"}'],
  ])("%s becomes, by %j, %s", (text, edit, expected) => {
    expect(nextMetadata(text, edit)).toBe(expected);
  });

  it.each([
    ['{"id": 12345678901234567890}', /12345678901234567890/],
    ['{"share": 1.10}', /1\.10/],
    ["not json", /not a JSON object/],
  ])("%s is not edited", (text, why) => {
    expect(() => nextMetadata(text, { set: { a: "1" }, remove: [] })).toThrow(why);
  });
});

it("a backup tells an empty text from none", async () => {
  const folder = makeFolder();
  const kept = await keepRows(folder.free("before.csv"), ["a", "b", "c"], [{ a: "", b: null, c: 'x, "y"\nz' }]);
  expect(readFileSync(kept.path, "utf8")).toBe('a,b,c\n"",,"x, ""y""\nz"\n');
  expect(kept.sha256).toBe(createHash("sha256").update(readFileSync(kept.path)).digest("hex"));
  folder.remove();
});
