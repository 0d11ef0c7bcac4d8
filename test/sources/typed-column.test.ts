import { describe, expect, it } from "vitest";
import type { ColumnType } from "../../src/sources/column";
import { holdsType, jsonObject } from "../../src/sources/typed-column";

describe("holdsType", () => {
  it.each<[boolean, ColumnType, readonly string[]]>([
    [true, "time", ["2026-11-02 06:00:00+00", ""]],
    [true, "time", ["1793599200", "0"]],
    [true, "time", ["2026/11/02 06:00"]],
    [true, "time", []],
    [true, "time", ["NULL", "None"]],
    [true, "time", [...Array(9).fill("2026-11-02"), "unknown"]],
    [false, "time", [...Array(8).fill("2026-11-02"), "soon", "later"]],
    [false, "time", ["02.11.2026 06:00"]],
    [false, "time", ["20261102"]],
    [false, "time", ["46328.25"]],
    [true, "boolean", ["t", "f", "TRUE", "No"]],
    [false, "boolean", ["maybe"]],
    [true, "json", ['{"a":1}', "broken"]],
    [true, "json", ["[]", "null"]],
    [false, "json", ['"a"=>"1"', "[1]"]],
    [true, "text", ["anything"]],
  ])("%s: %s %j", (holds, type, values) => {
    expect(holdsType(type, values)).toBe(holds);
  });
});

describe("jsonObject", () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['"{\\"a\\":1}"', { a: 1 }],
    ["[]", {}],
    ["null", {}],
    ["[1]", null],
    ["12", null],
    ["{a:1}", null],
    ["", null],
  ])("%s", (text, object) => {
    expect(jsonObject(text)).toEqual(object);
  });
});
