import type { Column } from "./column";

/** Values of API subscriptions, to tell what their columns hold. */
export function apiSample(
  objects: readonly Readonly<Record<string, unknown>>[],
): Partial<Record<Column, readonly string[]>> {
  const texts = (values: readonly unknown[]): string[] =>
    values.filter((value): value is string => typeof value === "string" && value !== "");
  return {
    status: texts(objects.map((object) => object["status"])),
    customer_id: texts(objects.map((object) => idOf(object["customer"]))),
    price_id: texts(objects.flatMap((object) => [...pricesOf(object["items"]), idOf(object["plan"])])),
    metadata: objects.flatMap(({ metadata }) =>
      typeof metadata === "object" && metadata !== null ? [JSON.stringify(metadata)] : [],
    ),
  };
}

/** A reference: an id, or the object where it was expanded. */
function idOf(value: unknown): unknown {
  return typeof value === "object" && value !== null ? (value as { id?: unknown }).id : value;
}

function pricesOf(items: unknown): unknown[] {
  const data = (items as { data?: unknown } | null | undefined)?.data;
  if (!Array.isArray(data)) return [];
  return data.map((item: { price?: unknown; plan?: unknown }) => idOf(item?.price ?? item?.plan));
}
