import { ApiError } from "./api-error";
import type { Listed, NewestFirst } from "./newest-first";
import type { Parameters } from "./parameters";
import type { Range } from "./range";

/** One page as the API shows it. */
export interface Page<T> {
  readonly object: "list";
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly url: string;
}

/**
 * The page that `limit`, `starting_after` and `ending_before` ask for, of what matches and was created in the range.
 *
 * @throws ApiError 400 where a cursor names nothing, or both are given.
 * Source: https://docs.stripe.com/api/pagination
 */
export function listPage<T extends Listed>(
  objects: NewestFirst<T>,
  parameters: Parameters,
  kind: "subscription" | "event" | "customer",
  created: Range,
  matches: (object: T) => boolean,
): Page<T> {
  const limit = parameters.limit();
  const after = parameters.text("starting_after");
  const before = parameters.text("ending_before");
  parameters.refuseOthers();
  if (after !== undefined && before !== undefined) {
    throw new ApiError(400, {
      message: "You can only use one of starting_after and ending_before.",
      param: "starting_after",
    });
  }
  const position = (id: string, param: string): number => {
    const index = objects.indexOf(id);
    if (index >= 0) return index;
    throw new ApiError(400, { code: "resource_missing", message: `No such ${kind}: '${id}'`, param });
  };
  const first = created.to === Number.POSITIVE_INFINITY ? 0 : objects.indexAtCreated(created.to);
  const end = created.from === Number.NEGATIVE_INFINITY ? objects.count : objects.indexAtCreated(created.from - 1);
  const page = (data: readonly T[], hasMore: boolean): Page<T> => ({
    object: "list",
    data,
    has_more: hasMore,
    url: `/v1/${kind}s`,
  });
  if (before !== undefined) {
    const found = take(
      objects,
      Math.min(end, position(before, "ending_before")) - 1,
      first - 1,
      -1,
      limit + 1,
      matches,
    );
    return page(found.slice(0, limit).reverse(), found.length > limit);
  }
  const from = after === undefined ? first : Math.max(first, position(after, "starting_after") + 1);
  const found = take(objects, from, end, 1, limit + 1, matches);
  return page(found.slice(0, limit), found.length > limit);
}

function take<T extends Listed>(
  objects: NewestFirst<T>,
  from: number,
  end: number,
  step: 1 | -1,
  most: number,
  matches: (object: T) => boolean,
): T[] {
  const found: T[] = [];
  for (let index = from; (end - index) * step > 0 && found.length < most; index += step) {
    const object = objects.at(index);
    if (matches(object)) found.push(object);
  }
  return found;
}
