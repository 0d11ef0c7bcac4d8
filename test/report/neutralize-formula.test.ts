import { expect, it } from "vitest";
import { neutralizeFormula } from "../../src/report/neutralize-formula";

it.each([
  ["=1+1", "'=1+1"],
  ["+SUM(A1)", "'+SUM(A1)"],
  ["-2+3", "'-2+3"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", "'\r=1"],
  ["＝1+1", "'＝1+1"],
  ["-12.5", "-12.5"],
  ["+4930123456", "+4930123456"],
  ["active", "active"],
  ["a=b", "a=b"],
  ["", ""],
  [-5, -5],
  [null, null],
])("%j becomes %j", (value, neutral) => {
  expect(neutralizeFormula(value)).toBe(neutral);
});
