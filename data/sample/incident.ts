/** The whole world, lived and recorded: what each side shows when it is exported. */

import { birthsByChance } from "./births";
import { touchRows } from "./hand-made-rows";
import { longId } from "./ids";
import { live } from "./life";
import { scriptedBirths } from "./scripted-births";
import { PAGE_SIZE } from "./stripe-list";
import type { Happening, Snapshot } from "./stripe-subscription";
import { consume, type Row } from "./webhook-consumer";
import { DATABASE_SNAPSHOT, STRIPE_FINISHED, STRIPE_STARTED } from "./world";

/** Nobody subscribes by chance in the last minutes before the exports: scripted births do. */
const LAST_BIRTH = STRIPE_STARTED - 30 * 60;

/** Both sides as their exports show them. */
export interface Sides {
  /** Newest first, each as it was when its page was read. */
  readonly listed: readonly Readonly<Snapshot>[];
  /** By id, all at the one instant of the snapshot. */
  readonly rows: ReadonlyMap<string, Row>;
}

/** The subscription right after the last thing that happened to it until Unix seconds `time`. */
function asOf(happenings: readonly Happening[], time: number): Readonly<Snapshot> | undefined {
  return happenings.filter((each) => each.at <= time).at(-1)?.subscription;
}

function list(lives: readonly (readonly Happening[])[]): Readonly<Snapshot>[] {
  const existing = lives.filter(([first]) => first !== undefined && first.at <= STRIPE_STARTED);
  const born = (life: readonly Happening[]): number => life[0]?.at ?? 0;
  const id = (life: readonly Happening[]): string => life[0]?.subscription.id ?? "";
  const newestFirst = existing.sort((a, b) => born(b) - born(a) || (id(a) < id(b) ? -1 : 1));
  const lastPage = Math.floor((newestFirst.length - 1) / PAGE_SIZE);
  return newestFirst.flatMap((life, index) => {
    const page = Math.floor(index / PAGE_SIZE);
    const readAt = STRIPE_STARTED + Math.floor(((STRIPE_FINISHED - STRIPE_STARTED) * page) / lastPage);
    return asOf(life, readAt) ?? [];
  });
}

/** Lives the two years and exports both sides. */
export function liveAndExport(): Sides {
  const idOf = new Map<string, string>();
  const lives = birthsByChance(LAST_BIRTH).map((birth, index) =>
    live(longId("sub", birth.created, `chance ${index}`), birth, DATABASE_SNAPSHOT),
  );
  for (const birth of scriptedBirths()) {
    const id = longId("sub", birth.created, birth.key);
    idOf.set(birth.key, id);
    lives.push(live(id, birth, DATABASE_SNAPSHOT));
  }
  const rows = consume(lives.flat(), DATABASE_SNAPSHOT);
  touchRows(rows, (key) => {
    const row = rows.get(idOf.get(key) ?? "");
    if (row === undefined) throw new Error(`liveAndExport: no row for ${key}`);
    return row;
  });
  return { listed: list(lives), rows };
}
