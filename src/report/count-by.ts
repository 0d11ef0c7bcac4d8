import { type Frame, toFrame } from "./frame";

/**
 * How many rows of a frame share their values in some columns: a frame of these columns and `rows`, the largest count first.
 *
 * Danfo's own `groupby(…).count()` fails on a frame without rows and on a value such as `constructor`.
 */
export function countBy(frame: Frame, columns: readonly string[]): Frame {
  const groups = new Map<string, { readonly [column: string]: unknown; rows: number }>();
  const places = columns.map((column) => frame.columns.indexOf(column));
  for (const row of frame.values as unknown[][]) {
    const values = places.map((place) => row[place]);
    const key = JSON.stringify(values);
    const group = groups.get(key) ?? {
      ...Object.fromEntries(columns.map((column, index) => [column, values[index]])),
      rows: 0,
    };
    group.rows++;
    groups.set(key, group);
  }
  return toFrame([...groups.values()].sort((a, b) => b.rows - a.rows));
}
