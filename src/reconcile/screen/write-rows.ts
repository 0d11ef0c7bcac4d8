import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
import type { RowPlaces } from "./match-sides";

const WINDOW_BYTES = 4_194_304;
/** Rows that stand closer together are read at once. */
const GAP_BYTES = 32_768;
const NEWLINE = Buffer.from("\n");

/**
 * Writes rows of an export into a CSV of their own, as they stand, below the same header.
 *
 * @param path - of the export's text
 * @param header - its first line, as it stands
 */
export async function writeRows(
  path: string,
  places: RowPlaces,
  header: string,
  target: string,
  breathe: () => Promise<void>,
): Promise<void> {
  const order = Uint32Array.from({ length: places.count }, (_, row) => row);
  order.sort((a, b) => (places.offsets[a] as number) - (places.offsets[b] as number));
  const from = openSync(path, "r");
  const to = openSync(target, "w");
  const window = Buffer.allocUnsafeSlow(WINDOW_BYTES);
  const out = Buffer.allocUnsafeSlow(WINDOW_BYTES);
  let [windowStart, windowEnd, filled] = [0, 0, 0];
  const flush = (): void => {
    writeFileSync(to, out.subarray(0, filled));
    filled = 0;
  };
  try {
    filled = out.write(`${header}\n`);
    for (const [place, row] of order.entries()) {
      const offset = places.offsets[row] as number;
      const length = places.lengths[row] as number;
      if (offset + length > windowEnd) {
        await breathe();
        windowStart = offset;
        windowEnd = offset + readSync(from, window, 0, spanFrom(place, order, places), offset);
      }
      const start = offset - windowStart;
      if (filled + length + 1 > WINDOW_BYTES) flush();
      window.copy(out, filled, start, start + length);
      filled += length;
      filled += NEWLINE.copy(out, filled);
    }
    flush();
  } finally {
    closeSync(from);
    closeSync(to);
  }
}

/** How many bytes there are from a row to the last one that had better be read with it. */
function spanFrom(place: number, order: Uint32Array, { offsets, lengths }: RowPlaces): number {
  const start = offsets[order[place] as number] as number;
  let end = start;
  for (let next = place; next < order.length; next++) {
    const row = order[next] as number;
    const offset = offsets[row] as number;
    const rowEnd = offset + (lengths[row] as number);
    if (offset - end > GAP_BYTES || rowEnd - start > WINDOW_BYTES) break;
    end = rowEnd;
  }
  return end - start;
}
