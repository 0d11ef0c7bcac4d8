import { expect, it } from "vitest";
import { readApiBase } from "../../src/sources/stripe-api/read-api-base";
import { readKey, type StripeMode } from "../../src/sources/stripe-api/read-key";

it.each([
  ["rk_live_51Abc", { mode: "live", restricted: true }],
  ["rk_test_51Abc", { mode: "test", restricted: true }],
  ["sk_live_51Abc", { mode: "live", restricted: false }],
  [" sk_test_51Abc\n", { mode: "test", restricted: false }],
])("%j tells its mode and kind", (key, told) => {
  expect(readKey(key)).toEqual(told);
});

it.each<[string | undefined, StripeMode | undefined, string, RegExp]>([
  [undefined, undefined, "stripe_no_key", /STRIPE_API_KEY is not set/],
  ["  ", undefined, "stripe_no_key", /STRIPE_API_KEY is not set/],
  ["pk_live_51Secret", undefined, "stripe_key", /publishable key/],
  ["whsec_51Secret", undefined, "stripe_key", /does not hold a key/],
  ["sk_live_", undefined, "stripe_key", /does not hold a key/],
  ["rk_test_51Secret", "live", "stripe_mode", /--live was given.*test-mode key/],
  ["sk_live_51Secret", "test", "stripe_mode", /--test was given.*live-mode key/],
])("%j with --%s is refused before anything is sent: %s", (key, mode, code, message) => {
  const refusal = (): unknown => readKey(key, mode);
  expect(refusal).toThrow(expect.objectContaining({ code, exitCode: 2, message: expect.stringMatching(message) }));
  expect(refusal).not.toThrow(/51Secret/);
});

it.each([
  [undefined, { protocol: "https", host: "api.stripe.com", port: 443 }],
  ["http://127.0.0.1:12111", { protocol: "http", host: "127.0.0.1", port: 12111 }],
  ["http://[::1]:80/", { protocol: "http", host: "::1", port: 80 }],
  ["https://stripe.example.com", { protocol: "https", host: "stripe.example.com", port: 443 }],
])("the address %s", (text, base) => {
  expect(readApiBase(text)).toEqual(base);
});

it.each([
  ["http://stripe.example.com", /in clear text/],
  ["http://127.0.0.1.example.com", /in clear text/],
  ["ftp://127.0.0.1", /not the address/],
  ["127.0.0.1:12111", /not the address/],
  ["https://key:secret@example.com", /not the address/],
  ["https://example.com/v1", /not the address/],
])("the address %s is refused", (text, message) => {
  expect(() => readApiBase(text)).toThrow(
    expect.objectContaining({ code: "stripe_api_base", message: expect.stringMatching(message) }),
  );
});
