import { inspect } from "node:util";
import { expect, it } from "vitest";
import { toFrame } from "../../src/report/frame";

const ROWS = [
  { id: "sub_1", kind: "status_mismatch", tenant: "acme", seats: 5, share: 0.5, note: null, live: true },
  { id: "sub_2", kind: "status_mismatch", tenant: null, seats: 7, share: null, note: null, live: null },
  { id: "sub_3", kind: "missing_in_database", tenant: "acme", seats: 1, share: 2, note: null, details: { a: 1 } },
];

it("types columns by what they hold, so that nulls are no numbers", () => {
  const frame = toFrame(ROWS);
  expect(Object.fromEntries(frame.columns.map((column, index) => [column, frame.dtypes[index]]))).toEqual({
    id: "string",
    kind: "string",
    tenant: "string",
    seats: "int32",
    share: "float32",
    note: "string",
    live: "string",
    details: "string",
  });
  expect(frame.values).toEqual([
    ["sub_1", "status_mismatch", "acme", 5, 0.5, "", "true", ""],
    ["sub_2", "status_mismatch", "", 7, Number.NaN, "", "", ""],
    ["sub_3", "missing_in_database", "acme", 1, 2, "", "", '{"a":1}'],
  ]);
});

it("filters", () => {
  const frame = toFrame(ROWS);
  expect((frame.query(frame.tenant.eq("")).values as string[][]).map(([id]) => id)).toEqual(["sub_2"]);
});

it("groups", () => {
  const counts = toFrame(ROWS).groupby(["tenant"]).col(["id"]).count();
  expect(counts.values).toEqual([
    ["acme", 2],
    ["", 1],
  ]);
});

it("renames a column that would hide a property of Danfo's", () => {
  const frame = toFrame([{ values: 1, count: 2 }]);
  expect(frame.columns).toEqual(["values_", "count"]);
  expect(frame.values).toEqual([[1, 2]]);
});

it("keeps numbers beyond 32 bits", () => {
  const frame = toFrame([{ bytes: 8_973_614_000 }]);
  expect([frame.dtypes, frame.values]).toEqual([["float32"], [[8_973_614_000]]]);
});

it("is printed as a table, also what was made of it", () => {
  const frame = toFrame(ROWS);
  for (const one of [frame, frame.query(frame.tenant.eq("acme"))]) expect(inspect(one)).toContain("│ id ");
});

it("describes and writes CSV in spite of missing values", () => {
  const frame = toFrame(ROWS);
  expect(frame.describe().columns).toEqual(["seats", "share"]);
  expect(require("danfojs-node").toCSV(frame.loc({ columns: ["id", "tenant", "note"] }))).toBe(
    "id,tenant,note\nsub_1,acme,\nsub_2,,\nsub_3,acme,\n",
  );
});

it("no rows are an empty frame", () => {
  expect(toFrame([]).shape).toEqual([0, 0]);
});
