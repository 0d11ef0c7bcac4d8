import type { Incident } from "./incidents";

/** A tenant or a cause, and the incidents it had a part in. */
export interface Offender {
  readonly what: "tenant" | "cause";
  /** The tenant's name, or the cause's code. */
  readonly name: string;
  readonly incidents: number;
  /** Of a tenant, the most actionable discrepancies in one run; of a cause, the most subscriptions it explained. */
  readonly most: number;
  /** When it last had a part in one, ISO 8601 in UTC. */
  readonly lastAt: string;
}

/** A cause below this confidence is only one that was thought of. */
const PROBABLE = 0.5;

/** Tenants and probable causes, those of the most incidents first; within an incident each counts once. */
export function repeatOffenders(incidents: readonly Incident[]): Offender[] {
  const offenders = new Map<string, Offender>();
  for (const { runs } of incidents) {
    const seen = new Set<string>();
    const add = (what: Offender["what"], name: string, count: number, lastAt: string): void => {
      const key = JSON.stringify([what, name]);
      const before = offenders.get(key);
      const incidentsBefore = before?.incidents ?? 0;
      offenders.set(key, {
        what,
        name,
        incidents: seen.has(key) ? incidentsBefore : incidentsBefore + 1,
        most: Math.max(before?.most ?? 0, count),
        lastAt,
      });
      seen.add(key);
    };
    for (const { by_tenant, causes, started_at } of runs) {
      for (const { tenant, actionable } of by_tenant ?? [])
        if (tenant !== null && actionable > 0) add("tenant", tenant, actionable, started_at);
      for (const { code, confidence, subscriptions } of causes ?? [])
        if (confidence >= PROBABLE) add("cause", code, subscriptions, started_at);
    }
  }
  return [...offenders.values()].sort((a, b) => b.incidents - a.incidents || b.most - a.most);
}
