import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { ReconError } from "../../src/recon-error";
import { tableHtml } from "../../src/report/table";
import { HOSTILE } from "./hostile-strings";

const COLUMNS = [
  { key: "id", title: "Subscription", kind: "id" },
  { key: "status", title: "Status", kind: "chip" },
  { key: "count", title: "Count", kind: "number" },
  { key: "at", title: "Changed at", kind: "time" },
  { key: "note", title: "Note" },
] as const;
const ROW = { id: "sub_1", status: "past_due", count: 1204, at: "2026-03-03T09:00:00Z", note: null };

const read = (html: string) => new JSDOM(html).window.document.body;

describe("tableHtml", () => {
  it("shows each kind of value for people", () => {
    const body = read(tableHtml({ columns: COLUMNS, rows: [ROW], empty: "None found" }));
    const texts = (cells: string) => [...body.querySelectorAll(cells)].map((cell) => cell.textContent);
    expect(texts("th")).toEqual(["Subscription", "Status", "Count", "Changed at (UTC)", "Note"]);
    expect(texts("td")).toEqual(["sub_1", "● past_due", "1,204", "2026-03-03 09:00", "–"]);
  });

  it("aligns numbers right with inline style, which survives where stylesheets do not", () => {
    const cells = [...read(tableHtml({ columns: COLUMNS, rows: [ROW], empty: "" })).querySelectorAll("td")];
    expect(cells.map((cell) => cell.style.textAlign)).toEqual(["left", "left", "right", "left", "left"]);
    expect(cells[2]?.getAttribute("style")).toContain("tabular-nums");
  });

  it.each([
    [1, {}, "1 row"],
    [1204, {}, "showing 50 of 1,204"],
    [1204, { restIn: "discrepancies.csv" }, "showing 50 of 1,204, the rest in discrepancies.csv"],
    [50, { total: 3214, restIn: "discrepancies.csv" }, "showing 50 of 3,214, the rest in discrepancies.csv"],
    [3, { limit: 2 }, "showing 2 of 3"],
    [60, { limit: 100 }, "60 rows"],
  ])("%i rows with %j: %s", (count, options, note) => {
    const rows = Array.from({ length: count }, () => ROW);
    const body = read(tableHtml({ columns: COLUMNS, rows, empty: "", ...options }));
    expect(body.querySelector(".rc-note")?.textContent).toBe(note);
    expect(body.querySelectorAll("tbody tr")).toHaveLength(Math.min(count, "limit" in options ? options.limit : 50));
  });

  it("says so when there is nothing", () => {
    const body = read(tableHtml({ columns: COLUMNS, rows: [], caption: "Orphans", empty: "No orphans found" }));
    expect(body.textContent?.trim()).toBe("Orphans No orphans found");
    expect(body.querySelector("table")).toBeNull();
  });

  it("refuses a column that no row has", () => {
    const table = { columns: [{ key: "stauts", title: "Status" }], rows: [ROW], empty: "" };
    expect(() => tableHtml(table)).toThrow(ReconError);
    expect(() => tableHtml(table)).toThrow(/"stauts".*The rows have: id, status/);
  });

  it.each(["text", "number", "time", "id", "chip"] as const)("hostile values stay text in a column of %s", (kind) => {
    const columns = HOSTILE.map((title, index) => ({ key: `k${index}`, title, kind }));
    const row = Object.fromEntries(HOSTILE.map((value, index) => [`k${index}`, value]));
    const body = read(
      tableHtml({ columns, rows: [row], caption: HOSTILE[0] ?? "", restIn: HOSTILE[1] ?? "", empty: "" }),
    );
    const tags = new Set([...body.querySelectorAll("*")].map((element) => element.localName));
    expect([...tags].sort()).toEqual(
      ["div", "small", "span", "strong", "table", "tbody", "td", "th", "thead", "tr"].filter(
        (tag) => tag !== "small" || tags.has("small"),
      ),
    );
    for (const element of body.querySelectorAll("*")) {
      expect(element.getAttributeNames().filter((name) => name.startsWith("on"))).toEqual([]);
    }
    expect(body.textContent).toContain(`<img src=x onerror="window.hacked='img'">`.slice(0, 40));
  });
});
