const MOST = 5;
/** From here on, of 1, two names are alike at all. */
const ALIKE = 0.3;

/**
 * The names most like one that was not found, best first, at most 5: those that share the most pairs of letters with it. Where none
 * is like it, any.
 */
export function nearestNames(wanted: string, names: readonly string[]): string[] {
  const pairs = pairsOf(wanted);
  const rated = names
    .map((name) => {
      const others = pairsOf(name);
      const shared = [...pairs].filter((pair) => others.has(pair)).length;
      return { name, likeness: (2 * shared) / (pairs.size + others.size) };
    })
    .sort((one, other) => other.likeness - one.likeness);
  const alike = rated.filter(({ likeness }) => likeness >= ALIKE);
  return (alike.length > 0 ? alike : rated).slice(0, MOST).map(({ name }) => name);
}

function pairsOf(name: string): ReadonlySet<string> {
  const letters = `^${name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "")}$`;
  return new Set(Array.from({ length: letters.length - 1 }, (_, index) => letters.slice(index, index + 2)));
}
