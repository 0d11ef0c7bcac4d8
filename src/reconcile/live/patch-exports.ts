import { createReadStream, createWriteStream, rmSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { parse } from "csv-parse";
import { stringify } from "csv-stringify";
import { COPY_CSV } from "../../sources/postgres/copy-csv";
import type { TextRow } from "../../sources/postgres/read-rows";
import { hashFile } from "../../sources/scan-file";
import { readSidecar, type Sidecar, sidecarSchema } from "../../sources/sidecar";
import type { ApiSubscription } from "../../sources/stripe-api/complete-items";
import type { Side } from "../../subscription";

/** What patching an export came to. */
export interface Patched {
  /** Ids of which the export said something else. */
  readonly changed: ReadonlySet<string>;
  /** How many rows there are now. */
  readonly rows: number;
}

/** Puts what Stripe says now into its export: id → the subscription, or null where it is gone. */
export async function patchStripeExport(
  path: string,
  now: ReadonlyMap<string, ApiSubscription | null>,
): Promise<Patched> {
  const changed = new Set<string>();
  const pending = new Map(now);
  let rows = 0;
  const lines = async function* (): AsyncGenerator<string> {
    const kept = (line: string): string => {
      rows++;
      return `${line}\n`;
    };
    for await (const line of createInterface({ input: plain(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      const id = idOf(line);
      const next = pending.get(id);
      pending.delete(id);
      const text = next === undefined ? line : next === null ? null : JSON.stringify(next);
      if (text !== line) changed.add(id);
      if (text !== null) yield kept(text);
    }
    for (const [id, next] of pending) {
      if (next === null) continue;
      changed.add(id);
      yield kept(JSON.stringify(next));
    }
  };
  await rewrite(path, Readable.from(lines()), changed);
  return { changed, rows };
}

/** The id of an object in JSON. Stripe writes it first; parsing every object would take many times as long. */
function idOf(line: string): string {
  return /^\{"id":"([^"\\]+)"/.exec(line)?.[1] ?? (JSON.parse(line) as ApiSubscription).id;
}

/** Puts the rows of now into an export of the database: id → its rows, none where they are gone. */
export async function patchDatabaseExport(
  path: string,
  idColumn: string,
  now: ReadonlyMap<string, readonly TextRow[]>,
): Promise<Patched> {
  type Cells = readonly (string | null)[];
  const changed = new Set<string>();
  const before = new Map<string, Cells[]>([...now.keys()].map((id) => [id, []]));
  let rows = 0;
  // A quoted cell is a text, also an empty one; an empty cell without quotes is NULL.
  const cast = (value: string, { quoting }: { readonly quoting: boolean }): string | null =>
    value === "" && !quoting ? null : value;
  const records = async function* (): AsyncGenerator<Cells> {
    let header: Cells = [];
    let index = -1;
    for await (const record of plain(path).pipe(parse({ cast })) as AsyncIterable<Cells>) {
      const id = record[index] ?? "";
      if (index < 0) {
        header = record;
        index = header.indexOf(idColumn);
        yield record;
      } else if (before.has(id)) before.get(id)?.push(record);
      else {
        rows++;
        yield record;
      }
    }
    for (const [id, next] of now) {
      const cells = next.map((row): Cells => header.map((name) => row[name ?? ""] ?? null));
      if (JSON.stringify(cells) !== JSON.stringify(before.get(id))) changed.add(id);
      rows += cells.length;
      for (const row of cells) yield row;
    }
  };
  await rewrite(path, Readable.from(records()).pipe(stringify(COPY_CSV)), changed);
  return { changed, rows };
}

/** Adds what is known now to the sidecar of an export. */
export async function amendSidecar(path: string, side: Side, known: Partial<Sidecar>): Promise<void> {
  const sidecar = sidecarSchema.parse({ ...(await readSidecar(path, side)), ...known, sha256: await hashFile(path) });
  await writeFile(`${path}.meta.json`, `${JSON.stringify(sidecar, null, 2)}\n`);
}

function plain(path: string): NodeJS.ReadableStream {
  const file = createReadStream(path);
  return path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
}

/** Writes an export anew; it stays as it is when nothing in it has changed. */
async function rewrite(path: string, content: NodeJS.ReadableStream, changed: ReadonlySet<string>): Promise<void> {
  const partial = `${path}.patched`;
  try {
    const compress = path.endsWith(".gz") ? [createGzip({ level: 4 })] : [];
    await pipeline([content, ...compress, createWriteStream(partial)]);
    if (changed.size > 0) await rename(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
}
