import { type CaseFile, type Clue, counted, LEAST_SUPPORT, percent, timeText } from "../cause-rule";
import { findConfinement } from "../confinement";
import { type Affected, isTouched } from "../evidence";

/** What a window of changes that never arrived looks like, whatever its cause. */
export interface Outage {
  readonly explains: readonly Affected[];
  readonly clues: readonly Clue[];
  /** The first and the last change it lacks, milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Share of the comparable changes in the window that are missing; null when it is not known. */
  readonly rate: number | null;
}

/**
 * The subscriptions whose first missed change lies in the window of the case, not written since, and what speaks for and against a
 * time in which changes of all sorts never arrived. Null when there is no such window.
 */
export function findOutage({ affected, evidence, onset }: CaseFile): Outage | null {
  const { window, rate } = onset;
  if (window === null) return null;
  const inside = affected.filter(
    ({ changedAt }) => changedAt !== null && changedAt >= window.from && changedAt <= window.to,
  );
  const stale = inside.filter((one) => one.kinds.has("missing_in_database") || !isTouched(one));
  const undated = undatedOf(affected, window.from, window.to);
  if (stale.length < LEAST_SUPPORT) return null;
  const sorts = countSorts(stale);
  const mainSort = Math.max(...sorts.values());
  const outside = affected.length - inside.length;
  const confined = findConfinement(affected, window, evidence);
  const inReach = confined === null ? rate : confined.missing / confined.changes;
  const times = stale.flatMap(({ changedAt }) => (changedAt === null ? [] : [changedAt])).sort((a, b) => a - b);
  const [from, to] = [times[0] ?? window.from, times[times.length - 1] ?? window.to];
  return {
    from,
    to,
    explains: [...stale, ...undated],
    rate: rate === null ? null : Math.min(1, (rate * (window.count + undated.length)) / window.count),
    clues: [
      {
        holds: true,
        weight: Math.min(2.5, 1 + (window.count / Math.max(1, window.expected) - 2) / 2),
        says: `${counted(stale.length, "subscription")} parted between ${timeText(from)} and ${timeText(to)}; ${window.expected.toFixed(window.expected < 10 ? 1 : 0)} would be expected by the number of changes.`,
      },
      {
        holds: stale.length >= 0.85 * inside.length,
        weight: 0.8,
        against: 2,
        says: `${percent(stale.length, inside.length)} of their rows were not written since.`,
        otherwise: `${counted(inside.length - stale.length, "row")} were written at or after the change, so events did arrive.`,
      },
      {
        holds: sorts.size >= 2 && mainSort <= 0.8 * stale.length,
        weight: 1.2,
        against: 1,
        says: `All sorts of changes are missing (${[...sorts]
          .slice(0, 4)
          .map(([sort, count]) => `${sort}: ${count}`)
          .join(", ")}).`,
        otherwise: "Nearly all of them are of one sort.",
      },
      {
        holds: confined === null ? null : true,
        weight: 0.5,
        says: `It is confined to ${counted(confined?.tenants.length ?? 0, "tenant")} (${listed(confined?.tenants ?? [])}); of ${counted(confined?.spared ?? 0, "change")} of the others in that time next to none is missing.`,
      },
      {
        holds: inReach === null ? null : inReach >= 0.5,
        weight: 1,
        against: inReach !== null && inReach < 0.15 ? 1 : 0.2,
        says: `${percent(inReach ?? 0, 1)} of ${confined === null ? "the comparable" : "their"} changes in that time are missing.`,
        otherwise: `Only ${percent(inReach ?? 0, 1)} of ${confined === null ? "the comparable" : "their"} changes in that time are missing.`,
      },
      {
        holds: outside <= 0.5 * affected.length,
        weight: 0.4,
        against: 0.6,
        says: "",
        otherwise: `${counted(outside, "subscription")} parted at other times or at times not known.`,
      },
    ],
  };
}

/** A cause of its own is at work when more than this part of the undated was written after the window, and so parted after it. */
const OWN_CAUSE = 0.25;

/**
 * What has no time of its own in Stripe, such as metadata, and was last written before the window: it belongs to it, unless much
 * of the same sort was written after the window and parted all the same.
 */
function undatedOf(affected: readonly Affected[], from: number, to: number): readonly Affected[] {
  const undated = affected.filter(({ changedAt, updatedAt }) => changedAt === null && updatedAt !== null);
  const after = undated.filter(({ updatedAt }) => (updatedAt as number) > to).length;
  return after > OWN_CAUSE * undated.length ? [] : undated.filter(({ updatedAt }) => (updatedAt as number) < from);
}

/** So many names are spelled out. */
const NAMED = 12;

function listed(names: readonly string[]): string {
  return names.length <= NAMED
    ? names.join(", ")
    : `${names.slice(0, NAMED).join(", ")} and ${names.length - NAMED} more`;
}

function countSorts(affected: readonly Affected[]): Map<string, number> {
  const sorts = new Map<string, number>();
  for (const one of affected) {
    const sort = one.kinds.has("missing_in_database")
      ? "created"
      : one.kinds.has("status_mismatch")
        ? one.databaseStatus === "paused"
          ? "now paused"
          : `now ${one.stripeStatus ?? "gone"}`
        : "renewed or changed";
    sorts.set(sort, (sorts.get(sort) ?? 0) + 1);
  }
  return new Map([...sorts].sort(([, a], [, b]) => b - a));
}
