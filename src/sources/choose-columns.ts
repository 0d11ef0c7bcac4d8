import { ReconError } from "../recon-error";
import type { Side } from "../subscription";
import { isBlank } from "./blank-cell";
import { COLUMN_NAMES, COLUMNS, type Column, plainName } from "./column";

/** Of a table: its header and the values of its first rows, column by column. */
export interface TableHead {
  readonly names: readonly string[];
  readonly values: (index: number) => readonly string[];
}

/** A Stripe subscription id, of any age. The id of a subscription schedule is none. */
export const SUBSCRIPTION_ID = /^sub_(?!sched_)[A-Za-z0-9_]+$/;

/** Columns whose name also means something else on one side. */
const ONLY_IN_DATABASE: readonly Column[] = ["tenant_id", "updated", "archived_at"];

/**
 * Finds our columns in a table: what the configuration names, the id by its `sub_…` values before its name, the rest by name,
 * a column with values before an empty one.
 *
 * @param elsewhere columns that are read from elsewhere in the row, so that they need no column of their own.
 * @returns our column → index in the header.
 * @throws ReconError when the id or the status is not to be found, the configuration names a column that is not there, or two
 * columns share a name and it is not to be seen which one belongs to the subscription.
 */
export function chooseColumns(
  path: string,
  side: Side,
  head: TableHead,
  configured: Readonly<Partial<Record<Column, string>>>,
  elsewhere: readonly Column[] = [],
): Partial<Record<Column, number>> {
  const plain = head.names.map(plainName);
  const chosen: Partial<Record<Column, number>> = {};
  for (const [column, name] of Object.entries(configured) as [Column, string][]) {
    chosen[column] = findConfigured(path, head.names, column, name);
  }
  const id = chosen.id ?? findId(head, plain);
  if (id === undefined) {
    throw new ReconError(
      "no_id_column",
      `${path}, line 1: no column holds Stripe subscription ids (sub_…). Found: ${listNames(head.names)}. Name it in recon.json and pass --config.`,
    );
  }
  chosen.id = id;
  for (const column of COLUMNS) {
    if (chosen[column] !== undefined || (side === "stripe" && ONLY_IN_DATABASE.includes(column))) continue;
    const named = namedIndices(column, plain).filter((index) => index !== id && fits(column, index, head, plain));
    const index = named.find((each) => isFilled(head, each)) ?? named[0];
    if (index !== undefined) chosen[column] = pickTwin(path, head, index, id);
  }
  if (chosen.status === undefined && !elsewhere.includes("status")) {
    throw new ReconError(
      "no_status_column",
      `${path}, line 1: there is no status column. Found: ${listNames(head.names)}. Export it too, or name it in recon.json and pass --config.`,
    );
  }
  return chosen;
}

function findConfigured(path: string, names: readonly string[], column: Column, name: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw new ReconError(
    "no_such_column",
    `${path}, line 1: the configuration reads ${column} from "${name}", which is not there. Found: ${listNames(names)}.`,
  );
}

/** Where the names of a column stand in a header, best name first. */
function namedIndices(column: Column, plain: readonly string[]): number[] {
  const names = COLUMN_NAMES[column];
  return [...names.map((name) => `stripe_${name}`), ...names].flatMap((name) =>
    plain.flatMap((each, index) => (each === name ? [index] : [])),
  );
}

/** A column that is called after Stripe beats one with more ids: apps give rows of their own ids that begin with `sub_`, too. */
function findId(head: TableHead, plain: readonly string[]): number | undefined {
  const hits = head.names.map(
    (_, index) => head.values(index).filter((value) => SUBSCRIPTION_ID.test(value.trim())).length,
  );
  const most = Math.max(0, ...hits);
  const byName = namedIndices("id", plain);
  if (most === 0) return byName[0];
  const called = byName.find((index) => /^(stripe|processor)_/.test(plain[index] ?? "") && (hits[index] ?? 0) > 0);
  return called ?? byName.find((index) => hits[index] === most) ?? hits.indexOf(most);
}

function isFilled(head: TableHead, index: number): boolean {
  return head.values(index).some((value) => !isBlank(value));
}

/** The sync-engine's `_account_id` is Stripe's, not the app's; seats are a quantity of Stripe's in better-auth, elsewhere perhaps a limit. */
function fits(column: Column, index: number, head: TableHead, plain: readonly string[]): boolean {
  if (column === "tenant_id") return !head.values(index).some((value) => value.startsWith("acct_"));
  return plain[index] !== "seats" || plain.includes("reference_id");
}

/**
 * Of columns of one name, as a join of two tables exports them, the one that stands with the id: between it and the next column
 * that is called like it. The reader of the header has numbered them from the second on.
 */
function pickTwin(path: string, head: TableHead, index: number, id: number): number {
  const twins = twinsOf(head.names, index).filter((each) => isFilled(head, each));
  const texts = new Set(twins.map((each) => JSON.stringify(head.values(each))));
  if (texts.size <= 1) return twins[0] ?? index;
  const first = head.names.indexOf((head.names[id] as string).replace(/_\d+$/, ""));
  const ids = twinsOf(head.names, first < 0 ? id : first);
  if (ids.length > 1 && ids.includes(id)) {
    const from = id === ids[0] ? 0 : id;
    const to = ids.find((each) => each > id) ?? head.names.length;
    const inside = twins.filter((each) => each >= from && each < to);
    if (inside.length === 1) return inside[0] as number;
  }
  const names = twins.map((each) => `"${head.names[each]}"`).join(" and ");
  throw new ReconError(
    "ambiguous_column",
    `${path}, line 1: the name "${head.names[index]}" stands ${twins.length} times, over different values, and which one is the subscription's cannot be seen. Export one of them, or pick ${names} in recon.json and pass --config.`,
  );
}

function twinsOf(names: readonly string[], index: number): number[] {
  const name = names[index] as string;
  const later = names.flatMap((other, each) =>
    each > index && other.startsWith(`${name}_`) && /^[2-9]$/.test(other.slice(name.length + 1)) ? [each] : [],
  );
  return [index, ...later];
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 30).join(", ");
  return names.length > 30 ? `${shown}, …` : shown;
}
