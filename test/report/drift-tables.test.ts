import { describe, expect, it } from "vitest";
import { concentrationsHtml } from "../../src/report/drift-concentrations";
import { transitionsHtml } from "../../src/report/drift-transitions";
import { typesHtml } from "../../src/report/drift-types";
import { NO_PATTERN, OUTAGE, partOf } from "./drift-fixture";

const textOf = (rows: Iterable<Element>): (string | null)[][] =>
  [...rows].map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent));

describe("transitionsHtml", () => {
  it("is a matrix of counts with sums, in the order of a subscription's life", () => {
    const table = partOf(transitionsHtml(OUTAGE), "table");
    expect(textOf(table.querySelectorAll("tr"))).toEqual([
      ["Stripe ↓ database →", "trialing", "active", "(missing)", "All"],
      ["trialing", "·", "·", "4", "4"],
      ["active", "4", "·", "30", "34"],
      ["past_due", "·", "6", "·", "6"],
      ["canceled", "·", "17", "·", "17"],
      ["(missing)", "·", "6", "·", "6"],
      ["All", "4", "29", "34", "67"],
    ]);
  });

  it("shades the more the darker, and says the largest in words", () => {
    const box = partOf(transitionsHtml(OUTAGE), ".rc-table-box");
    const shade = (text: string): number => {
      const cell = [...box.querySelectorAll("td")].find(
        (one) => one.textContent === text && one.style.backgroundColor !== "",
      );
      return Number(/([\d.]+)\)$/.exec(cell?.style.backgroundColor ?? "")?.[1]);
    };
    expect(shade("30")).toBeGreaterThan(shade("17"));
    expect(shade("17")).toBeGreaterThan(shade("4"));
    expect(box.querySelector(".rc-caption")?.textContent).toBe("30 of 67: active in Stripe, missing in the database");
  });

  it("says so when there is none", () => {
    expect(transitionsHtml(NO_PATTERN)).toContain("No subscription that was looked at differs in its status");
  });
});

describe("typesHtml", () => {
  it("counts kinds, metadata keys and fields, the most frequent first", () => {
    const box = partOf(typesHtml(OUTAGE), "div");
    const [kinds, keys, fields] = [...box.querySelectorAll("tbody")].map((body) => textOf(body.rows));
    expect(kinds?.[0]).toEqual(["Field mismatches", "86"]);
    expect(kinds).toHaveLength(5);
    expect(keys).toEqual([
      ["plan", "2", "0", "24"],
      ["seats", "9", "1", "0"],
    ]);
    expect(fields).toEqual([
      ["current_period_end", "70"],
      ["quantity", "16"],
    ]);
  });
});

describe("concentrationsHtml", () => {
  it("shows the highest lift first, and says what lift is", async () => {
    const html = await concentrationsHtml({ ...OUTAGE, concentrations: [...OUTAGE.concentrations].reverse() });
    const rows = textOf(partOf(html, "p + .rc-table-box tbody").querySelectorAll("tr"));
    expect(rows).toEqual([
      ["Tenant", "tenant_028", "22", "13.8 %", "2.1 %", "6.55", "3e-12"],
      ["Tenant", "tenant_002", "14", "8.8 %", "1.8 %", "4.86", "2e-5"],
      ["Price", "price_1QwMonthlyTeamPlanIgSzDCinL0", "40", "25.0 %", "12.0 %", "2.08", "0.011"],
    ]);
    expect(partOf(html, "figcaption").textContent).toBe(
      "Tenant: tenant_028 is affected 6.55 times as often as its size explains: 22 subscriptions",
    );
    expect(html).toContain("2 means affected twice as often as its size explains");
  });

  it("draws no more than a dozen bars", async () => {
    const [one] = OUTAGE.concentrations;
    const concentrations = Array.from({ length: 40 }, (_, index) => ({
      ...(one as NonNullable<typeof one>),
      value: `tenant_${index}`,
      lift: 2 + index,
    }));
    const html = await concentrationsHtml({ ...OUTAGE, concentrations });
    const { data } = JSON.parse(partOf(html, "figure script").textContent ?? "");
    expect(data[0].y).toHaveLength(12);
    expect(data[0].y.at(-1)).toBe("Tenant: tenant_39");
  });

  it("says so when there is none", async () => {
    const html = await concentrationsHtml(NO_PATTERN);
    expect(html).toContain("was found to be affected more than its share");
    expect(html).not.toContain("<figure");
  });
});
