import type { Affected } from "./evidence";

/** Remembers what a function finds in a list of affected subscriptions: several causes ask the same of the same list. */
export function remember<Found extends object>(
  find: (affected: readonly Affected[]) => Found,
): (affected: readonly Affected[]) => Found {
  const known = new WeakMap<readonly Affected[], Found>();
  return (affected) => {
    const found = known.get(affected) ?? find(affected);
    known.set(affected, found);
    return found;
  };
}
