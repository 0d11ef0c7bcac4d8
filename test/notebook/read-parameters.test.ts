import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import { readParameters } from "../../src/notebook/read-parameters";

const defaults = { stripe: "data/stripe.csv", limit: 100, live: true, tenant: null };

function given(values: unknown): void {
  vi.stubEnv("RECON_PARAMETERS", typeof values === "string" ? values : JSON.stringify(values));
}

afterEach(() => vi.unstubAllEnvs());

describe("readParameters", () => {
  it("returns the defaults in a front end", () => {
    expect(readParameters(defaults)).toEqual(defaults);
    given("");
    expect(readParameters(defaults)).toEqual(defaults);
  });

  it("has the types of the defaults, and text where a default is null", () => {
    const read = readParameters({ stripe: "a", limit: 1, live: true, tenant: null });
    expectTypeOf(read).toEqualTypeOf<{
      readonly stripe: string;
      readonly limit: number;
      readonly live: boolean;
      readonly tenant: string | null;
    }>();
  });

  it.each([
    ["text", { stripe: "live.csv" }, { stripe: "live.csv" }],
    ["text that looks like a number", { stripe: "12" }, { stripe: "12" }],
    ["an empty text", { stripe: "" }, { stripe: "" }],
    ["a number", { limit: "2.5" }, { limit: 2.5 }],
    ["a negative number", { limit: "-1e3" }, { limit: -1000 }],
    ["a number as JSON", { limit: 7 }, { limit: 7 }],
    ["true", { live: "true" }, { live: true }],
    ["false", { live: "false" }, { live: false }],
    ["false as JSON", { live: false }, { live: false }],
    ["a text where the default is null", { tenant: "acme" }, { tenant: "acme" }],
    ["digits where the default is null", { tenant: "42" }, { tenant: "42" }],
  ])("takes %s", (_, values, expected) => {
    given(values);
    expect(readParameters(defaults)).toEqual({ ...defaults, ...expected });
  });

  it.each([
    ["a word for a number", { limit: "many" }, 'The parameter limit must be a number, not "many".'],
    ["nothing for a number", { limit: " " }, 'The parameter limit must be a number, not " ".'],
    ["infinity for a number", { limit: "Infinity" }, 'The parameter limit must be a number, not "Infinity".'],
    ["yes for true", { live: "yes" }, 'The parameter live must be true or false, not "yes".'],
    ["a list for a text", { tenant: ["a"] }, 'The parameter tenant must be a string, not ["a"].'],
    ["null for a text", { stripe: null }, "The parameter stripe must be a string, not null."],
    ["JSON that is no object", [1], "RECON_PARAMETERS must be a JSON object of names and values."],
    ["text that is not JSON", "stripe=a", "RECON_PARAMETERS is not JSON; it must be an object of names and values."],
  ])("refuses %s", (_, values, message) => {
    given(values);
    expect(() => readParameters(defaults)).toThrow(expect.objectContaining({ code: "invalid_parameter", message }));
  });

  it("names what there is when a name is unknown", () => {
    given({ strpe: "a.csv", limit: "1" });
    expect(() => readParameters(defaults)).toThrow(
      expect.objectContaining({
        code: "unknown_parameter",
        message: "This notebook has no parameter strpe. It takes: stripe, limit, live, tenant.",
      }),
    );
  });

  it("does not take the names every object has for parameters", () => {
    given('{"constructor":"x","__proto__":"y"}');
    expect(() => readParameters({})).toThrow("This notebook has no parameter constructor, __proto__. It takes none.");
  });
});
