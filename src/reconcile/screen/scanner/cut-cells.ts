/** What {@link cutCells} returns for what is not as a CSV has it. */
export const BROKEN: i32 = -1;

const NEWLINE: u8 = 10;
const RETURN: u8 = 13;
const BLOCK: i32 = 64;

/** Ends of cells, from the first row on: addresses of delimiters and line ends. */
let ends: usize = 0;
let delimiters: v128 = i8x16.splat(44);
/** Whether rows end in `\r\n`: 0 no, 1 yes, -1 before there was one. */
let endsInReturn = -1;
let hasLineEnds = false;

/** @param room - where the ends of the cells of a chunk find room, four bytes for each byte of it */
export function beginCutting(room: usize, delimiter: u8): void {
  ends = room;
  delimiters = i8x16.splat(delimiter);
}

/** Whether there was a line end inside a cell. */
export function isMultiline(): bool {
  return hasLineEnds;
}

/** Where a cell ends, counted from the first one in the chunk. */
export function endOf(cell: i32): usize {
  return load<u32>(ends + cell * 4);
}

/**
 * Finds the ends of all cells in a chunk that begins with a row, 64 bytes at a time. Whether a byte is inside quotes follows from the
 * number of quotes before it, also where quotes are doubled; that quotes stand where they may is checked beside.
 *
 * @param to - there is room for 64 bytes more behind it
 * @param isLast - a row may end without a line end
 * @returns how many cells end in it; {@link BROKEN} for quotes inside a cell, two sorts of line ends, or zeros
 */
export function cutCells(from: usize, to: usize, isLast: bool): i32 {
  let count: i32 = 0;
  // What the block before leaves to the next one: all ones inside quotes, and a bit for what its last byte was.
  let inQuotes: u64 = 0;
  let afterClosing: u64 = 0;
  let afterEnd: u64 = 1;
  let afterReturn: u64 = 0;
  for (let at = from; at < to; at += BLOCK) {
    const size = <i32>(to - at);
    const valid = size < BLOCK ? ((<u64>1) << size) - 1 : u64.MAX_VALUE;
    const first = v128.load(at);
    const second = v128.load(at, 16);
    const third = v128.load(at, 32);
    const fourth = v128.load(at, 48);
    const quotes = masksOf(first, second, third, fourth, i8x16.splat(34)) & valid;
    const delimiting = masksOf(first, second, third, fourth, delimiters) & valid;
    const newlines = masksOf(first, second, third, fourth, i8x16.splat(NEWLINE)) & valid;
    const returns = masksOf(first, second, third, fourth, i8x16.splat(RETURN)) & valid;
    if ((masksOf(first, second, third, fourth, i8x16.splat(0)) & valid) !== 0) return BROKEN;

    const inside = quotes === 0 ? inQuotes : inQuotes ^ everyOther(quotes);
    const rowEnds = newlines & ~inside;
    const outerReturns = returns & ~inside;
    let cellEnds = (delimiting & ~inside) | rowEnds;
    if (((newlines | returns) & inside) !== 0) hasLineEnds = true;
    if ((quotes | afterClosing) !== 0) {
      const closing = quotes & ~inside;
      const behindClosing = (closing << 1) | afterClosing;
      if ((behindClosing & ~(quotes | cellEnds | outerReturns) & valid) !== 0) return BROKEN;
      if ((quotes & inside & ~(behindClosing | (cellEnds << 1) | afterEnd)) !== 0) return BROKEN;
      afterClosing = closing >> 63;
    }
    if ((outerReturns | afterReturn) !== 0 || endsInReturn === 1) {
      const behindReturn = (outerReturns << 1) | afterReturn;
      if ((behindReturn & ~rowEnds & valid) !== 0) return BROKEN;
      if (endsInReturn < 0 && rowEnds !== 0) endsInReturn = 1;
      if (rowEnds !== 0 && (endsInReturn === 0 || (behindReturn & rowEnds) !== rowEnds)) return BROKEN;
      afterReturn = outerReturns >> 63;
    } else if (rowEnds !== 0) endsInReturn = 0;
    afterEnd = cellEnds >> 63;
    inQuotes = <u64>(<i64>inside >> 63);
    for (; cellEnds !== 0; cellEnds &= cellEnds - 1) store<u32>(ends + count++ * 4, at + ctz(cellEnds));
    if (size <= BLOCK && isLast && !endsWhole(inside, outerReturns, size)) return BROKEN;
  }
  if (isLast && from < to && load<u8>(to - 1) !== NEWLINE) {
    store<u8>(to, NEWLINE);
    store<u32>(ends + count++ * 4, to);
  }
  return count;
}

/** Whether the last block of a file ends outside quotes, and not with half a line end. */
function endsWhole(inside: u64, returns: u64, size: i32): bool {
  const last = (<u64>1) << (size - 1);
  return ((inside | returns) & last) === 0;
}

/** The bits of the bytes that are equal to those of a pattern. */
function masksOf(first: v128, second: v128, third: v128, fourth: v128, pattern: v128): u64 {
  return (
    <u64>(<u32>i8x16.bitmask(i8x16.eq(first, pattern))) |
    ((<u64>(<u32>i8x16.bitmask(i8x16.eq(second, pattern)))) << 16) |
    ((<u64>(<u32>i8x16.bitmask(i8x16.eq(third, pattern)))) << 32) |
    ((<u64>(<u32>i8x16.bitmask(i8x16.eq(fourth, pattern)))) << 48)
  );
}

/** Sets the bits from each odd bit that is set up to the next one, which is not set. */
function everyOther(bits: u64): u64 {
  let all = bits;
  all ^= all << 1;
  all ^= all << 2;
  all ^= all << 4;
  all ^= all << 8;
  all ^= all << 16;
  all ^= all << 32;
  return all;
}
