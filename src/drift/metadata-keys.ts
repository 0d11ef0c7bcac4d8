import type { Affected } from "./evidence";
import type { Findings } from "./findings";

/** More keys than this are not listed. */
const MOST = 200;

/** How often each metadata key is missing in the database, only there, or differs; most frequent first. */
export function countMetadataKeys(affected: readonly Affected[]): Findings["metadata_keys"] {
  const keys = new Map<string, { key: string; added: number; removed: number; changed: number }>();
  for (const { rows } of affected) {
    for (const { details } of rows) {
      for (const part of ["added", "removed", "changed"] as const) {
        for (const key of Object.keys(details.metadata?.[part] ?? {})) {
          const entry = keys.get(key) ?? { key, added: 0, removed: 0, changed: 0 };
          keys.set(key, entry);
          entry[part]++;
        }
      }
    }
  }
  return [...keys.values()]
    .sort((a, b) => timesDiffering(b) - timesDiffering(a) || (a.key < b.key ? -1 : 1))
    .slice(0, MOST);
}

/** In how many subscriptions a key differs. */
export function timesDiffering({ added, removed, changed }: Findings["metadata_keys"][number]): number {
  return added + removed + changed;
}
