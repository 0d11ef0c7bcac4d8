import { closeSync, openSync, readSync, writeSync } from "node:fs";
import type { RowPlaces } from "./match-sides";
import { STRIPE_WORDS } from "./record";
import { type RecordSink, RowReader } from "./row-reader";
import { countKeys, RowWalker } from "./scan-side";
import type { SidePlan } from "./side-plan";

const WINDOW_BYTES = 4_194_304;
const NEWLINE = Buffer.from("\n");

/** One record after the other in the same place. */
class OneRecord implements RecordSink {
  readonly block = new Uint32Array(STRIPE_WORDS);
  readonly at = 0;

  begin(): void {
    this.block.fill(0);
  }
}

/**
 * Writes rows of an export into a CSV of their own, as they stand, below the same header.
 *
 * @param header - the first line, as it stands
 * @param keys - of metadata, how many rows have each; the rows that are written are taken out of the counts
 */
export async function writeRows(
  plan: SidePlan,
  places: RowPlaces,
  header: string,
  target: string,
  keys: Map<string, number>,
  breathe: () => Promise<void>,
): Promise<void> {
  const order = Uint32Array.from({ length: places.count }, (_, row) => row);
  order.sort((a, b) => (places.offsets[a] as number) - (places.offsets[b] as number));
  const walker = new RowWalker(plan.delimiter, plan.width);
  const reader = new RowReader(plan, new OneRecord());
  const codes: number[] = [];
  const from = openSync(plan.path, "r");
  const to = openSync(target, "w");
  const window = Buffer.allocUnsafeSlow(WINDOW_BYTES);
  const out = Buffer.allocUnsafeSlow(WINDOW_BYTES);
  let [windowStart, windowEnd, filled] = [0, 0, 0];
  const flush = (): void => {
    for (let done = 0; done < filled; ) done += writeSync(to, out, done, filled - done);
    filled = 0;
  };
  try {
    filled = out.write(`${header}\n`);
    for (const row of order) {
      const offset = places.offsets[row] as number;
      const length = places.lengths[row] as number;
      if (offset < windowStart || offset + length > windowEnd) {
        await breathe();
        windowStart = offset;
        windowEnd = offset + readSync(from, window, 0, WINDOW_BYTES, offset);
      }
      const start = offset - windowStart;
      if (filled + length + 1 > WINDOW_BYTES) flush();
      window.copy(out, filled, start, start + length);
      filled += length;
      filled += NEWLINE.copy(out, filled);
      if (plan.side === "stripe" && walker.walk(window, start, start + length, true) >= 0) {
        if (reader.read(window, walker, offset, length)) countKeys(reader, codes);
      }
    }
    flush();
  } finally {
    closeSync(from);
    closeSync(to);
  }
  const names = reader.metadata.names.texts();
  for (const [code, count] of codes.entries()) {
    if (count > 0) keys.set(names[code] as string, (keys.get(names[code] as string) ?? 0) - count);
  }
}
