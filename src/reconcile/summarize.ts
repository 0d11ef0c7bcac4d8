import { randomUUID } from "node:crypto";
import type { Source } from "../sources/source";
import type { Disposition, Kind, Side } from "../subscription";
import type { Findings } from "./compare-exports";
import type { Engine } from "./open-engine";
import { type InputSummary, noCounts, type Summary, scopeOf } from "./summary";

/** What a summary is made of. */
export interface SummaryParts {
  readonly engine: Engine;
  readonly stripe: Source;
  readonly database: Source;
  readonly findings: Findings;
  /** SHA-256 of each input, in hex. */
  readonly hashes: Readonly<Record<Side, string>>;
  readonly runId: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/** Escalate above so many affected subscriptions, says the runbook. */
const ESCALATE_ABOVE = 1000;

/** Sums a comparison up. Reads the table `discrepancies`. */
export async function summarize(parts: SummaryParts): Promise<Summary> {
  const { engine, findings } = parts;
  const counts = {
    ...noCounts(),
    stripe: findings.survey.stripe_rows,
    database: findings.survey.database_rows,
    matched: findings.survey.matched,
  };
  const cells = await engine.rows<{ kind: Kind; disposition: Disposition; rows: number }>(
    "SELECT kind, disposition, count(*) AS rows FROM discrepancies GROUP BY ALL",
  );
  for (const { kind, disposition, rows } of cells) counts[kind][disposition] = rows;
  const [affected] = await engine.rows<{ rows: number }>(
    "SELECT count(DISTINCT subscription_id) AS rows FROM discrepancies WHERE disposition = 'actionable'",
  );
  const affectedSubscriptions = affected?.rows ?? 0;
  const rejected = rejectedWarnings(parts);
  const refusal = refusalOf(findings, affectedSubscriptions, rejected);
  return {
    schema_version: 1,
    run_id: parts.runId,
    started_at: isoSeconds(parts.startedAt),
    finished_at: isoSeconds(parts.finishedAt),
    verdict: refusal !== null ? "incomparable" : affectedSubscriptions > 0 ? "discrepancies" : "clean",
    refusal,
    counts,
    affected_subscriptions: affectedSubscriptions,
    scope: scopeOf(affectedSubscriptions),
    escalate: affectedSubscriptions > ESCALATE_ABOVE,
    withheld: findings.withheld.map(({ kind, reason, rows }) => ({ kind, reason, rows })),
    warnings: [...findings.warnings, ...rejected],
    not_compared: [...findings.comparison.impossible],
    vocabulary: [...findings.vocabulary],
    inputs: { stripe: inputOf(parts, parts.stripe), database: inputOf(parts, parts.database) },
  };
}

/** Clean needs every claim made and every row read; a comparison that held something back is not clean. */
function refusalOf(findings: Findings, affected: number, rejected: Summary["warnings"]): string | null {
  if (findings.refusal !== null || affected > 0) return findings.refusal;
  const heldBack = [...findings.withheld.map(({ reason }) => `${reason}.`), ...rejected.map(({ message }) => message)];
  return heldBack.length === 0
    ? null
    : `Nothing differs among what could be compared, but that is not all: ${heldBack.join(" ")}`;
}

function rejectedWarnings({ findings, stripe, database }: SummaryParts): Summary["warnings"] {
  return [stripe, database].flatMap((source) => {
    const { rows, firstLine, firstReason } = findings.rejected[source.side];
    if (rows === 0) return [];
    const first = firstLine === null ? firstReason : `line ${firstLine}: ${firstReason}`;
    return [
      {
        code: "rejected_rows",
        message: `${source.file.path}: ${rows} rows could not be read (first: ${first}); they are kept in rejected.csv, and nothing is called missing for their sake.`,
        rows,
      },
    ];
  });
}

function inputOf({ findings, hashes }: SummaryParts, source: Source): InputSummary {
  const { survey } = findings;
  const { side } = source;
  const isStripe = side === "stripe";
  const rejected = findings.rejected[side].rows;
  return {
    path: source.file.path,
    format: source.format.title + (source.file.compressed ? " (gzip)" : ""),
    sha256: hashes[side],
    bytes: source.file.bytes,
    rows: findings.rowsRead[side],
    rejected,
    as_of: source.takenAt.to,
    as_of_basis: source.takenAt.basis,
    created_from: isoOrNull(isStripe ? survey.stripe_oldest : survey.database_oldest),
    created_to: isoOrNull(isStripe ? survey.stripe_newest : survey.database_newest),
    livemode: modeWord(
      isStripe ? survey.stripe_live : survey.database_live,
      isStripe ? survey.stripe_test : survey.database_test,
      source,
    ),
    complete: source.truncated !== null ? "no" : source.sidecar?.complete === true ? "yes" : "unknown",
    also_read: source.companions.map((file) => file.path),
  };
}

function modeWord(live: number, test: number, source: Source): InputSummary["livemode"] {
  if (live > 0 && test > 0) return "mixed";
  if (live > 0) return "live";
  if (test > 0) return "test";
  const known = source.sidecar?.livemode;
  return known === true ? "live" : known === false ? "test" : "unknown";
}

function isoOrNull(seconds: number | null): string | null {
  return seconds === null ? null : isoSeconds(new Date(seconds * 1000));
}

/** A name for a run that begins now: its time and a random end. */
export function newRunId(startedAt: Date): string {
  return `${isoSeconds(startedAt).replaceAll(/[-:]/g, "")}-${randomUUID().slice(0, 8)}`;
}

/** A time as ISO 8601 in whole seconds. */
export function isoSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
