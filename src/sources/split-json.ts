import { isUtf8 } from "node:buffer";
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { ReconError } from "../recon-error";

/** A row that could not be used, as it is kept in `rejected.csv`. */
export interface RejectedRow {
  /** Line of the source the row begins in, from 1; null where the row cannot be placed. */
  readonly line: number | null;
  readonly reason: string;
  /** The row's text as exported, shortened to {@link KEPT_TEXT} characters. */
  readonly text: string;
}

/** How much of a rejected row is kept, in characters. */
export const KEPT_TEXT = 10_000;

/** What a JSON export turned out to hold, beside its rows. */
export interface SplitJson {
  /** How many objects were written, one a line. */
  readonly objects: number;
  /** `object` of the last wrapper: `list` or `search_result`; null when the rows stood bare. */
  readonly wrapper: string | null;
  /** Whether a page says that more rows follow which are not there. */
  readonly hasMore: boolean;
  readonly rejected: readonly RejectedRow[];
}

/** The member every written object begins with: the line of the source it starts in. */
export const LINE_MEMBER = "_recon_line";

/** The largest row that is read, in bytes. Stripe's subscriptions are below 100 kB; more is none. */
export const LARGEST_OBJECT = 2_000_000;

const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const CHUNK_BYTES = 1_048_576;

/** How many rejected rows of a file are kept whole. When there are more, and they are more than 1 %, reading on is of no use. */
export const MOST_KEPT = 10_000;

/**
 * Rewrites any JSON export as one object a line, in one streaming pass with flat memory: a list or search result as the
 * Stripe CLI prints it, several pages appended to one another, a bare array, one object a line, or a single object.
 *
 * Only the nesting and the texts are followed here; whether an object is valid JSON is else left to the reader of the lines.
 * A row that no reader would take is set aside, and its text kept.
 *
 * @throws ReconError when the file is a Stripe error, ends in the middle, is not JSON, or holds no object at all, naming the line.
 */
export async function splitJson(path: string, from: string, to: string): Promise<SplitJson> {
  const splitter = new Splitter(path);
  await pipeline(
    createReadStream(from, { highWaterMark: CHUNK_BYTES }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        splitter.read(chunk);
        yield splitter.takeOutput();
      }
    },
    createWriteStream(to),
  );
  return splitter.end();
}

/**
 * A row is an element of a top-level array, an element of the array `data` of a top-level object, or a top-level object that
 * has no such array, or that has an id before it. `openers` is the nesting; `rowDepth` is how deep it is where rows begin, 0 while that is not known.
 */
class Splitter {
  private readonly openers: number[] = [];
  private inString = false;
  private escaped = false;
  private line = 1;
  private started = false;

  private rowDepth = 0;
  private inRow = false;
  private rowLine = 0;
  /** A text of the row holds a control character as such, which JSON forbids: usually a line end after a quote that is not closed. */
  private broken = false;
  private readonly row = new Capture();

  private documentLine = 1;
  /** A top-level object without its rows; `special` when it has a member that can make it an error, `hasRows` when its `data` are the rows. */
  private readonly document = new Capture();
  private special = false;
  private hasRows = false;
  private hasId = false;
  private key = "";

  private output: Buffer[] = [];
  private objects = 0;
  private wrapper: string | null = null;
  private readonly pages: Page[] = [];
  /** The first and the last row of the page that is being read. */
  private firstRow: Buffer | null = null;
  private lastRow: Buffer | null = null;
  private readonly rejected: RejectedRow[] = [];

  constructor(private readonly path: string) {}

  takeOutput(): Buffer {
    const output = Buffer.concat(this.output);
    this.output = [];
    return output;
  }

  read(chunk: Buffer): void {
    let i = this.started ? 0 : skipByteOrderMark(chunk);
    this.started = true;
    for (; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (byte === BACKSLASH) this.escaped = true;
        else if (byte === QUOTE) this.inString = false;
        else if (byte < SPACE) {
          this.broken = true;
          if (byte === NEWLINE) this.line++;
        }
        if (this.openers.length === 1 && this.rowDepth === 0 && this.key.length < 8)
          this.key += String.fromCharCode(byte);
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.open(chunk, i, byte);
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.close(chunk, i, byte);
      else if (byte === NEWLINE) this.line++;
      else if (byte === COMMA && this.openers.length > 0) {
        if (this.inRow && this.openers.length === this.rowDepth) this.endRow(chunk, i);
      } else if (byte > SPACE) this.scalar(chunk, i, byte);
      else if (byte < SPACE && byte !== TAB && byte !== RETURN) this.broken = true;
    }
    this.row.carry(chunk);
    this.document.carry(chunk);
  }

  end(): SplitJson {
    if (this.openers.length > 0) {
      throw new ReconError(
        "half_json",
        `${this.path}, line ${this.line}: the file ends in the middle of the JSON that begins in line ${this.documentLine}. The export was cut off; export again.`,
      );
    }
    const [first] = this.rejected;
    if (this.objects === 0 && first !== undefined) {
      throw new ReconError(
        "no_subscriptions",
        `${this.path}, line ${first.line ?? 1}: expected subscriptions as JSON objects, found ${first.reason}: ${oneLine(first.text)}. Export with "stripe subscriptions list", or the table as CSV.`,
      );
    }
    return { objects: this.objects, wrapper: this.wrapper, hasMore: isCutOff(this.pages), rejected: this.rejected };
  }

  private open(chunk: Buffer, i: number, byte: number): void {
    const depth = this.openers.length;
    if (depth === 0) {
      this.documentLine = this.line;
      this.special = false;
      this.hasRows = false;
      this.hasId = false;
      this.broken = false;
      this.key = "";
      this.rowDepth = byte === OPEN_BRACKET ? 1 : 0;
      if (byte === OPEN_BRACE) this.document.begin(i);
    } else if (depth === 1 && this.rowDepth === 0 && byte === OPEN_BRACKET && this.key === 'data"' && !this.hasId) {
      this.document.end(chunk, i + 1);
      this.hasRows = true;
      this.rowDepth = 2;
    } else if (depth === this.rowDepth && !this.inRow) {
      this.beginRow(i);
    }
    this.openers.push(byte);
  }

  private close(chunk: Buffer, i: number, byte: number): void {
    if (this.inRow && this.openers.length === this.rowDepth) this.endRow(chunk, i);
    const opener = this.openers.pop();
    if (opener !== (byte === CLOSE_BRACE ? OPEN_BRACE : OPEN_BRACKET))
      this.refuse(`"${String.fromCharCode(byte)}" closes nothing`);
    const depth = this.openers.length;
    if (this.inRow && depth === this.rowDepth) this.endRow(chunk, i + 1);
    else if (this.rowDepth === 2 && depth === 1) {
      this.rowDepth = 0;
      this.document.begin(i);
    }
    if (depth === 0) this.endDocument(chunk, i);
  }

  /** A number, a word or the start of a text. */
  private scalar(chunk: Buffer, i: number, byte: number): void {
    const depth = this.openers.length;
    if (depth === 0) this.refuse(`"${oneLine(chunk.toString("utf8", i, i + 60))}" stands outside any object`);
    if (depth === this.rowDepth && !this.inRow) this.beginRow(i);
    if (byte !== QUOTE) return;
    this.inString = true;
    if (depth === 1 && this.rowDepth === 0) {
      if (this.key === 'error"') this.special = true;
      if (this.key === 'id"') this.hasId = true;
      this.key = "";
    }
  }

  private beginRow(i: number): void {
    this.inRow = true;
    this.broken = false;
    this.rowLine = this.line;
    this.row.begin(i);
  }

  private endRow(chunk: Buffer, end: number): void {
    this.inRow = false;
    this.row.end(chunk, end);
    this.write(this.row, this.rowLine);
  }

  private write(capture: Capture, line: number): void {
    const { length } = capture;
    const bytes = capture.take();
    const reason = this.whyRejected(bytes, length);
    if (reason !== null) {
      this.rejected.push({ line, reason, text: bytes.toString("utf8", 0, 4 * KEPT_TEXT).slice(0, KEPT_TEXT) });
      refuseMostRejected(this.path, this.rejected, this.objects);
      return;
    }
    for (const lineEnd of [NEWLINE, RETURN])
      for (let at = bytes.indexOf(lineEnd); at >= 0; at = bytes.indexOf(lineEnd, at)) bytes[at] = SPACE;
    const isEmpty = bytes.toString("latin1", 1, 64).trimStart().startsWith("}");
    this.output.push(
      Buffer.from(`{"${LINE_MEMBER}":${line}${isEmpty ? "" : ","}`),
      bytes.subarray(1),
      Buffer.from("\n"),
    );
    this.objects++;
    if (!this.hasRows) return;
    this.firstRow ??= bytes;
    this.lastRow = bytes;
  }

  private whyRejected(bytes: Buffer, length: number): string | null {
    if (bytes[0] !== OPEN_BRACE) return "not a JSON object";
    if (length > LARGEST_OBJECT) return "longer than 2 MB";
    if (!isUtf8(bytes)) return "not valid UTF-8";
    return this.broken ? "not valid JSON" : null;
  }

  private endDocument(chunk: Buffer, i: number): void {
    const isArray = this.rowDepth === 1;
    this.rowDepth = 0;
    if (isArray) return;
    this.document.end(chunk, i + 1);
    const mayBeError = (this.special || this.key === 'error"') && !this.hasId;
    const document = mayBeError || this.hasRows ? parseObject(this.document.copy()) : null;
    const error = document?.["error"];
    if (typeof error === "object" && error !== null)
      throw stripeError(this.path, this.documentLine, error as Record<string, unknown>);
    if (!this.hasRows) {
      this.write(this.document, this.documentLine);
      return;
    }
    this.document.take();
    if (document === null) {
      throw new ReconError(
        "not_json",
        `${this.path}, line ${this.documentLine}: the list that begins here and ends in line ${this.line} is not valid JSON around its rows. Expected it as "stripe subscriptions list" prints it. Export again.`,
      );
    }
    this.wrapper = typeof document["object"] === "string" ? document["object"] : "list";
    this.pages.push({
      hasMore: document["has_more"] === true,
      newest: createdOf(this.firstRow),
      oldest: createdOf(this.lastRow),
    });
    this.firstRow = null;
    this.lastRow = null;
  }

  private refuse(what: string): never {
    throw new ReconError(
      "not_json",
      `${this.path}, line ${this.line}: ${what}. Expected JSON as "stripe subscriptions list" prints it. Export again.`,
    );
  }
}

/** A page of a list, newest row first, as Stripe gives it. Times are Unix seconds. */
interface Page {
  readonly hasMore: boolean;
  readonly newest: number | null;
  readonly oldest: number | null;
}

/**
 * Whether rows are missing: a page says that more follow, and no other page begins where it ends. Pages may stand in any order,
 * and those of another list (another filter, say) do not continue this one.
 */
function isCutOff(pages: readonly Page[]): boolean {
  return pages.some(
    (page, at) => page.hasMore && !pages.some((next, place) => place !== at && continues(page, next, place > at)),
  );
}

function continues(page: Page, next: Page, isLater: boolean): boolean {
  return page.oldest === null || next.newest === null ? isLater : next.newest <= page.oldest;
}

function createdOf(row: Buffer | null): number | null {
  const created = row === null ? null : parseObject(row)?.["created"];
  return typeof created === "number" ? created : null;
}

/**
 * Ends the reading of a file that is not what it should be, before its rejected rows fill the memory.
 *
 * @throws ReconError naming the first rejected row
 */
export function refuseMostRejected(path: string, rejected: readonly RejectedRow[], readable: number): void {
  const [first] = rejected;
  if (first === undefined || rejected.length <= MOST_KEPT || rejected.length * 99 < readable) return;
  throw new ReconError(
    "rows_rejected",
    `${path}, line ${first.line ?? 1}: ${first.reason}; of the first ${rejected.length + readable} rows ${rejected.length} cannot be read, so the rest was left alone. Mend the export and run again.`,
  );
}

/** Bytes between two marks, which may lie in different chunks; several runs are joined. What is too long is counted, not kept. */
class Capture {
  private parts: Buffer[] = [];
  private start = -1;
  /** How many bytes there were, kept or not. */
  length = 0;

  begin(i: number): void {
    this.start = i;
  }

  end(chunk: Buffer, end: number): void {
    if (this.start < 0) return;
    this.add(chunk.subarray(this.start, end));
    this.start = -1;
  }

  /** Keeps what is open of a chunk that is about to be reused. */
  carry(chunk: Buffer): void {
    if (this.start < 0) return;
    this.add(chunk.subarray(this.start));
    this.start = 0;
  }

  copy(): Buffer {
    return Buffer.concat(this.parts);
  }

  take(): Buffer {
    const all = this.copy();
    this.parts = [];
    this.length = 0;
    return all;
  }

  private add(part: Buffer): void {
    if (this.length <= LARGEST_OBJECT) this.parts.push(Buffer.from(part));
    this.length += part.length;
  }
}

function skipByteOrderMark(chunk: Buffer): number {
  return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? 3 : 0;
}

/** The start of a text on one line, for a message. */
function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}

function parseObject(bytes: Buffer): Record<string, unknown> | null {
  try {
    return JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function stripeError(path: string, line: number, error: Record<string, unknown>): ReconError {
  const code = [error["type"], error["code"]].filter((part) => typeof part === "string").join(", ");
  const message = typeof error["message"] === "string" ? `: "${error["message"].slice(0, 300)}"` : "";
  return new ReconError(
    "stripe_error",
    `${path}, line ${line}: this is an error from Stripe, not an export (${code || "no code"})${message}. The Stripe CLI exits 0 even then. Mend the cause and export again.`,
  );
}
