import { createReadStream, createWriteStream, type Stats } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { ReconError } from "../recon-error";
import type { Workspace } from "./workspace";

/** A file that is there, can be read and holds text. */
export interface OpenedFile {
  /** The path as the user gave it, for messages and the report. */
  readonly path: string;
  /** The path of the bytes as given: the file itself, or a copy of what came through a pipe. */
  readonly rawPath: string;
  /** The path of the plain text: the file itself, or what it held when it was compressed or a pipe. */
  readonly textPath: string;
  readonly compressed: boolean;
  /** Size of the file as given, in bytes. */
  readonly bytes: number;
  /** Size of the plain text, in bytes. */
  readonly textBytes: number;
  /** When the file was last written. */
  readonly modifiedAt: Date;
  /** The first part of the text, without a byte order mark; at most {@link HEAD_BYTES}. */
  readonly head: string;
  /** Whether `head` is the whole text. */
  readonly headIsAll: boolean;
}

/** How much of a file is looked at to recognize it, in bytes. */
export const HEAD_BYTES = 1_000_000;

/**
 * Opens an export, whatever it is called: plain, gzip, or a pipe such as `<(psql …)`.
 *
 * @throws ReconError when it is missing, a folder, empty, not readable, binary, in UTF-16, a spreadsheet, or a web page.
 */
export async function openFile(path: string, workspace: Workspace, name: string): Promise<OpenedFile> {
  const stats = await statFile(path);
  let rawPath = path;
  if (!stats.isFile()) {
    rawPath = workspace.file(`${name}.pipe`);
    await pipeline(createReadStream(path), createWriteStream(rawPath));
  }
  const compressed = isGzip(await readHead(rawPath, 2));
  const textPath = compressed ? await gunzip(path, rawPath, workspace.file(`${name}.txt`)) : rawPath;

  const size = (await stat(textPath)).size;
  if (size === 0)
    throw new ReconError(
      "empty_file",
      `${path}: the file is empty. Export it again and check that the command printed rows.`,
    );
  const head = await readHead(textPath, HEAD_BYTES);
  refuseWhatIsNotText(path, head);
  const text = head.toString().replace(/^\ufeff/, "");
  refuseWhatIsNoExport(path, text);
  return {
    path,
    rawPath,
    textPath,
    compressed,
    bytes: (await stat(rawPath)).size,
    textBytes: size,
    modifiedAt: stats.mtime,
    head: text,
    headIsAll: head.length === size,
  };
}

async function statFile(path: string): Promise<Stats> {
  let stats: Stats;
  try {
    stats = await stat(path);
    if (stats.isFile()) await (await open(path, "r")).close();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new ReconError(
        "missing_file",
        `${path}: there is no such file. Check the path; it is taken from the current folder.`,
        { cause },
      );
    }
    throw new ReconError("unreadable_file", `${path}: the file cannot be read (${code}). Check its permissions.`, {
      cause,
    });
  }
  if (stats.isDirectory())
    throw new ReconError("directory", `${path}: this is a folder. Give the export file inside it.`);
  if (!stats.isFile() && !stats.isFIFO())
    throw new ReconError("unreadable_file", `${path}: this is neither a file nor a pipe. Give an export file.`);
  return stats;
}

async function readHead(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.allocUnsafe(bytes), length: bytes, position: 0 });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

async function gunzip(path: string, from: string, to: string): Promise<string> {
  try {
    await pipeline(createReadStream(from), createGunzip(), createWriteStream(to));
  } catch (cause) {
    throw new ReconError(
      "broken_gzip",
      `${path}: the gzip data is broken or ends early (${(cause as Error).message}). Export or download it again.`,
      { cause },
    );
  }
  return to;
}

const FOREIGN: readonly (readonly [magic: string, what: string])[] = [
  ["PK\u0005\u0006", "an empty zip archive: export again"],
  ["PK\u0003\u0004", "a zip archive or an Excel workbook: save the sheet as CSV, or unpack the archive"],
  ["\u00d0\u00cf\u0011\u00e0", "an old Excel workbook: save the sheet as CSV"],
  ["PAR1", "a Parquet file: export CSV or JSON instead"],
  ["%PDF", "a PDF: export CSV or JSON instead"],
  ["SQLite format 3", "an SQLite database: export the table as CSV"],
  ["PGDMP", "a pg_dump archive: export the table with psql's COPY … WITH CSV HEADER"],
  ["BZh", "bzip2 data: unpack it first"],
  ["(\u00b5/\u00fd", "zstd data: unpack it first"],
  ["\u00fd7zXZ", "xz data: unpack it first"],
];

function refuseWhatIsNotText(path: string, head: Buffer): void {
  if (isGzip(head)) throw new ReconError("not_text", `${path}: this was compressed with gzip twice. Unpack it once.`);
  const start = head.toString("latin1", 0, 16);
  const foreign = FOREIGN.find(([magic]) => start.startsWith(magic));
  if (foreign) throw new ReconError("not_text", `${path}: this is ${foreign[1]}.`);
  if (/^(\u00ff\u00fe|\u00fe\u00ff)/.test(start)) {
    throw new ReconError("not_utf8", `${path}: this text is in UTF-16. Save it as UTF-8 (in Excel: "CSV UTF-8").`);
  }
  const nul = head.indexOf(0);
  if (nul >= 0) throw nulByteError(path, countLines(head.subarray(0, nul)) + 1);
}

/** The error for a NUL byte, which no text export holds. `line` counts from 1. */
export function nulByteError(path: string, line: number): ReconError {
  return new ReconError(
    "binary",
    `${path}, line ${line}: there is a NUL byte, so this is binary or damaged. Expected UTF-8 text. Export it again.`,
  );
}

/** How many line ends there are in the bytes. */
export function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}

function refuseWhatIsNoExport(path: string, text: string): void {
  const start = text.slice(0, 4000).trimStart();
  if (start === "") throw new ReconError("empty_file", `${path}: the file holds only white space. Export it again.`);
  if (/^<[!?a-z]/i.test(start)) {
    const title = /<(?:title|h1|message)>([^<]{1,120})/i.exec(start)?.[1]?.replace(/\s+/g, " ").trim();
    throw new ReconError(
      "web_page",
      `${path}, line 1: this is a web page or XML${title ? ` ("${title}")` : ""}, not an export. The download probably ended in an error or a login page; export again.`,
    );
  }
  const error =
    /^([\w./-]+: )*(error|fatal|panic)\b.*|^[^\n,]*: (command not found|No such file or directory|Permission denied)/i.exec(
      start,
    );
  if (error)
    throw new ReconError(
      "error_text",
      `${path}, line 1: this is an error message, not an export: ${error[0].slice(0, 200).trim()}. Mend that and export again.`,
    );
  if (
    /^[^\n]*\|[^\n]*\r?\n\|?\s?:?-+:?\s?([+|]\s?:?-+)+|^[^\n,;|\t]*\r?\n-+\r?\n|^[-─]\[ RECORD 1|^\+-+(\+-+)*\+/.test(
      start,
    )
  ) {
    throw new ReconError(
      "psql_table",
      `${path}, line 1: this is a table drawn for people, as psql prints it. Export with \\copy (SELECT …) TO 'file.csv' WITH CSV HEADER.`,
    );
  }
  if (/^(--|\/\*|(INSERT INTO|CREATE|COPY|SET|BEGIN|SELECT)\s)/.test(start)) {
    throw new ReconError(
      "sql_text",
      `${path}, line 1: this is SQL, as pg_dump writes it, not a table. Export with \\copy (SELECT …) TO 'file.csv' WITH CSV HEADER.`,
    );
  }
}
