import { expect, it } from "vitest";
import { findMetadataColumns } from "../../src/sources/metadata-columns";

it.each([
  ["plan_tier (metadata)", "plan_tier"],
  ["senderShopifyCustomerId (metadata)", "senderShopifyCustomerId"],
  ["a key (with) brackets (metadata)", "a key (with) brackets"],
  ["ORDER_REF (METADATA)", "ORDER_REF"],
  ["metadata.plan_tier", "plan_tier"],
  ["metadata.a.b", "a.b"],
  ["metadata[plan_tier]", "plan_tier"],
])("%s holds the key %s", (header, key) => {
  expect(findMetadataColumns(["id", header])).toEqual([{ key, index: 1 }]);
});

it.each(["metadata", "(metadata)", "metadata.", "stripe_metadata", "plan_tier"])("%s holds no key", (header) => {
  expect(findMetadataColumns([header])).toEqual([]);
});
