import { open, stat } from "node:fs/promises";
import { ReconError } from "../../recon-error";
import { readFindings } from "../findings";
import { readEvidence } from "../read-evidence";

/** The subscriptions to look for, in order, each with when Stripe changed it, milliseconds; null when that is not known. */
export type AffectedIds = ReadonlyMap<string, number | null>;

const HEAD = 65_536;
const ID = /^["']?([\w.:-]{1,255})["']?,?$/;

/**
 * Reads the subscriptions to look for: of a `discrepancies.csv` or the folder it is in (those with a discrepancy to act on or to
 * review), of a `findings.json` (those its causes explain), or of a text with one id a line, where `#` begins a remark.
 *
 * @throws ReconError naming the file and the line at fault, or when it names no subscription
 */
export async function readAffectedIds(path: string): Promise<AffectedIds> {
  const ids = await read(path);
  if (ids.size > 0) return ids;
  throw new ReconError(
    "no_subscriptions",
    `${path}: it names no affected subscription, so there is nothing to look for. Give the discrepancies.csv of recon diff, or a file with one id a line.`,
  );
}

async function read(path: string): Promise<AffectedIds> {
  const stats = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, cause);
  });
  if (stats.isDirectory()) return fromDiscrepancies(path);
  const head = stats.isFile() ? (await readHead(path)).trimStart() : "";
  if (head.startsWith("{")) {
    const { causes } = await readFindings(path);
    return new Map(causes.flatMap((cause) => cause.subscription_ids).map((id) => [id, null]));
  }
  return /^[^\n]*subscription_id[^\n]*,/.test(head) ? fromDiscrepancies(path) : fromLines(path);
}

async function fromDiscrepancies(path: string): Promise<AffectedIds> {
  const { affected } = await readEvidence(path);
  return new Map(affected.map(({ id, changedAt }) => [id, changedAt]));
}

async function fromLines(path: string): Promise<AffectedIds> {
  const ids = new Map<string, null>();
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, cause);
  });
  let number = 0;
  for await (const line of file.readLines()) {
    number++;
    const text = line
      .replace(/^\ufeff/, "")
      .replace(/#.*/, "")
      .trim();
    if (text === "") continue;
    const id = ID.exec(text)?.[1];
    if (id === undefined)
      throw new ReconError(
        "bad_ids",
        `${path}, line ${number}: expected one subscription id, found "${text.slice(0, 40).replace(/[^\x20-\x7e]/g, "?")}". Give a discrepancies.csv, a findings.json, or a text with one id a line.`,
      );
    ids.set(id, null);
  }
  return ids;
}

async function readHead(path: string): Promise<string> {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, cause);
  });
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(HEAD), length: HEAD, position: 0 });
    return buffer.toString("utf8", 0, bytesRead).replace(/^\ufeff/, "");
  } finally {
    await file.close();
  }
}

function unreadable(path: string, cause: NodeJS.ErrnoException): ReconError {
  const why =
    cause.code === "ENOENT" || cause.code === "ENOTDIR"
      ? "there is no such file or folder. Check the path"
      : `it cannot be read (${cause.code}). Check its permissions`;
  return new ReconError("no_subscriptions", `${path}: ${why}.`, { cause });
}
