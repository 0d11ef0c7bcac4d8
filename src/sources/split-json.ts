import { isUtf8 } from "node:buffer";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
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
  /** Whether the last page says that more rows follow. */
  readonly hasMore: boolean;
  readonly rejected: readonly RejectedRow[];
}

/** The member every written object begins with: the line of the source it starts in. */
export const LINE_MEMBER = "_recon_line";

/** The largest single object, in bytes. Stripe's are below 100 kB; more is no subscription. */
export const LARGEST_OBJECT = 16_000_000;

const NEWLINE = 10;
const QUOTE = 34;
const COMMA = 44;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const CHUNK_BYTES = 1_048_576;

/**
 * Rewrites any JSON export as one object a line, in one streaming pass with flat memory: a list or search result as the
 * Stripe CLI prints it, several pages appended to one another, a bare array, one object a line, or a single object.
 *
 * Only the nesting is followed here; whether an object is valid JSON is left to the reader of the lines.
 *
 * @throws ReconError when the file is a Stripe error, ends in the middle, or is not JSON, naming the line.
 */
export async function splitJson(path: string, from: string, to: string): Promise<SplitJson> {
  const splitter = new Splitter(path);
  const out = createWriteStream(to);
  for await (const chunk of createReadStream(from, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    splitter.read(chunk);
    if (!out.write(splitter.takeOutput())) await once(out, "drain");
  }
  const result = splitter.end();
  out.end();
  await once(out, "finish");
  return result;
}

/**
 * A row is an element of a top-level array, an element of the array `data` of a top-level object, or a top-level object that
 * has no such array. `openers` is the nesting; `rowDepth` is how deep it is where rows begin, 0 while that is not known.
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
  private readonly row = new Capture();

  private documentLine = 1;
  /** A top-level object without its rows; `special` when it has a member that can make it something else than a row. */
  private readonly document = new Capture();
  private special = false;
  private key = "";

  private output: Buffer[] = [];
  private objects = 0;
  private wrapper: string | null = null;
  private hasMore = false;
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
        else if (byte === NEWLINE) this.line++;
        if (this.openers.length === 1 && this.rowDepth === 0 && this.key.length < 8)
          this.key += String.fromCharCode(byte);
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.open(chunk, i, byte);
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.close(chunk, i, byte);
      else if (byte === NEWLINE) this.line++;
      else if (byte === COMMA && this.openers.length > 0) {
        if (this.inRow && this.openers.length === this.rowDepth) this.endRow(chunk, i);
      } else if (byte > 32) this.scalar(i, byte);
    }
    this.row.carry(chunk);
    this.document.carry(chunk);
    const held = Math.max(this.row.length, this.document.length);
    if (held > LARGEST_OBJECT) {
      const line = this.inRow ? this.rowLine : this.documentLine;
      throw new ReconError(
        "object_too_large",
        `${this.path}, line ${line}: the object that begins here is larger than 16 MB, so it is no list of subscriptions. Export again.`,
      );
    }
  }

  end(): SplitJson {
    if (this.openers.length > 0) {
      throw new ReconError(
        "half_json",
        `${this.path}, line ${this.line}: the file ends in the middle of the JSON that begins in line ${this.documentLine}. The export was cut off; export again.`,
      );
    }
    return { objects: this.objects, wrapper: this.wrapper, hasMore: this.hasMore, rejected: this.rejected };
  }

  private open(chunk: Buffer, i: number, byte: number): void {
    const depth = this.openers.length;
    if (depth === 0) {
      this.documentLine = this.line;
      this.special = false;
      this.key = "";
      this.rowDepth = byte === OPEN_BRACKET ? 1 : 0;
      if (byte === OPEN_BRACE) this.document.begin(i);
    } else if (depth === 1 && this.rowDepth === 0 && byte === OPEN_BRACKET && this.key === 'data"') {
      this.document.end(chunk, i + 1);
      this.special = true;
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
  private scalar(i: number, byte: number): void {
    const depth = this.openers.length;
    if (depth === 0) this.refuse(`"${String.fromCharCode(byte)}" stands outside any object`);
    if (depth === this.rowDepth && !this.inRow) this.beginRow(i);
    if (byte !== QUOTE) return;
    this.inString = true;
    if (depth === 1 && this.rowDepth === 0) {
      if (this.key === 'error"') this.special = true;
      this.key = "";
    }
  }

  private beginRow(i: number): void {
    this.inRow = true;
    this.rowLine = this.line;
    this.row.begin(i);
  }

  private endRow(chunk: Buffer, end: number): void {
    this.inRow = false;
    this.row.end(chunk, end);
    this.write(this.row.take(), this.rowLine);
  }

  private write(bytes: Buffer, line: number): void {
    const reason = bytes[0] !== OPEN_BRACE ? "not a JSON object" : isUtf8(bytes) ? null : "not valid UTF-8";
    if (reason !== null) {
      this.rejected.push({ line, reason, text: bytes.toString("utf8", 0, KEPT_TEXT) });
      return;
    }
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at)) bytes[at] = 32;
    const isEmpty = bytes.toString("utf8", 1, 64).trimStart().startsWith("}");
    this.output.push(
      Buffer.from(`{"${LINE_MEMBER}":${line}${isEmpty ? "" : ","}`),
      bytes.subarray(1),
      Buffer.from("\n"),
    );
    this.objects++;
  }

  private endDocument(chunk: Buffer, i: number): void {
    const isArray = this.rowDepth === 1;
    this.rowDepth = 0;
    if (isArray) return;
    this.document.end(chunk, i + 1);
    const bytes = this.document.take();
    const document = this.special || this.key === 'error"' ? parseObject(bytes) : null;
    const error = document?.["error"];
    if (typeof error === "object" && error !== null)
      throw stripeError(this.path, this.documentLine, error as Record<string, unknown>);
    if (Array.isArray(document?.["data"])) {
      this.wrapper = typeof document["object"] === "string" ? document["object"] : "list";
      this.hasMore = document["has_more"] === true;
    } else {
      this.write(bytes, this.documentLine);
    }
  }

  private refuse(what: string): never {
    throw new ReconError(
      "not_json",
      `${this.path}, line ${this.line}: ${what}. Expected JSON as "stripe subscriptions list" prints it. Export again.`,
    );
  }
}

/** Bytes between two marks, which may lie in different chunks; several runs are joined. */
class Capture {
  private parts: Buffer[] = [];
  private start = -1;
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

  take(): Buffer {
    const all = Buffer.concat(this.parts);
    this.parts = [];
    this.length = 0;
    return all;
  }

  private add(part: Buffer): void {
    this.parts.push(Buffer.from(part));
    this.length += part.length;
  }
}

function skipByteOrderMark(chunk: Buffer): number {
  return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? 3 : 0;
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
