import { ReconError } from "../../recon-error";

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** The members that hold the entries in what `aws logs`, CloudWatch subscriptions and S3 exports of trails write. */
const LISTS = new Set(["events", "logEvents", "entries", "Records"]);
/** An array of objects, an object written over several lines, or one with such a list near its beginning. */
const DOCUMENT =
  /^\s*(?:\[\s*(?:\{|\]\s*$)|\{\s*[\r\n]\s*"|\{(?=[^\n]{0,2000}"(?:logEvents|events|entries|Records)"\s*:\s*\[))/;
const HEAD = 4096;

/** Whether a log begins as a JSON document does, and not as lines. */
export function isJsonDocument(start: Buffer): boolean {
  return DOCUMENT.test(start.toString("latin1", 0, HEAD));
}

/**
 * Rewrites JSON documents as one entry a line, in one pass with flat memory: an array of entries (`gcloud logging read
 * --format=json`), an object with a list of them (`aws logs filter-log-events`, CloudWatch's subscriptions, however many follow
 * one another), or objects over several lines.
 *
 * @throws ReconError when the last document ends in the middle, naming the line it begins in
 */
export async function* unwrapJson(
  path: string,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  const state = new Nesting();
  for await (const chunk of chunks) yield state.read(chunk);
  yield state.rest();
  if (state.depth > 0)
    throw new ReconError(
      "half_json",
      `${path}, line ${state.line}: the log ends in the middle of the JSON that begins in line ${state.documentLine}. Export it again.`,
    );
}

/** Follows nesting and texts; `outer` is how many wrappers are open, an entry is what lies right inside of a list among them. */
class Nesting {
  depth = 0;
  line = 1;
  documentLine = 1;
  private inText = false;
  private escaped = false;
  /** The depth the entries of the list lie at; 0 outside of a list. */
  private listDepth = 0;
  /** The depth of the entry that is being copied; 0 while none is. */
  private entryDepth = 0;
  private key = "";
  private lastText = "";

  /** The text of the entries in a chunk, one a line. What is outside of entries is left out. */
  read(chunk: Buffer): Buffer {
    const out = Buffer.allocUnsafe(2 * chunk.length + 1);
    let length = 0;
    for (const byte of chunk) {
      if (byte === NEWLINE) this.line++;
      const wasEntry = this.entryDepth > 0;
      this.step(byte);
      if (wasEntry || this.entryDepth > 0) out[length++] = byte === NEWLINE || byte === RETURN ? SPACE : byte;
      if (wasEntry && this.entryDepth === 0) out[length++] = NEWLINE;
    }
    return out.subarray(0, length);
  }

  rest(): Buffer {
    return Buffer.from(this.entryDepth > 0 ? "\n" : "");
  }

  private step(byte: number): void {
    if (this.inText) {
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) this.inText = false;
      else if (this.lastText.length < 20) this.lastText += String.fromCharCode(byte);
    } else if (byte === QUOTE) {
      this.inText = true;
      this.lastText = "";
    } else if (byte === COLON) this.key = this.lastText;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.open(byte);
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.close();
  }

  private open(byte: number): void {
    this.depth++;
    if (this.depth === 1) this.documentLine = this.line;
    if (byte === OPEN_BRACKET) {
      const isList = this.depth === 1 || (this.depth === 2 && LISTS.has(this.key));
      if (isList && this.listDepth === 0) {
        this.listDepth = this.depth;
        this.entryDepth = 0;
      }
    } else if (this.entryDepth === 0 && this.depth === this.listDepth + 1) this.entryDepth = this.depth;
  }

  private close(): void {
    if (this.depth === this.listDepth) this.listDepth = 0;
    if (this.depth === this.entryDepth) this.entryDepth = 0;
    this.depth = Math.max(0, this.depth - 1);
  }
}
