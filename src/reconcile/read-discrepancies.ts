import { access } from "node:fs/promises";
import { join } from "node:path";
import { ReconError } from "../recon-error";
import { sqlText } from "../sources/sql-text";
import { openWorkspace } from "../sources/workspace";
import { DISPOSITIONS, type Discrepancy, type Kind } from "../subscription";
import { type Engine, openEngine } from "./open-engine";

/** Discrepancies of one kind: the first ones whole, and how many there are. */
export interface DiscrepancyPage {
  readonly rows: readonly Discrepancy[];
  readonly total: number;
}

/** A count of discrepancies in a stretch of time. */
export interface TimeCount {
  /** First day of the stretch, ISO date in UTC. */
  readonly start: string;
  readonly kind: Kind;
  readonly count: number;
}

/** Discrepancies over time, and the length of a stretch. */
export interface Timeline {
  readonly unit: "day" | "week" | "month";
  readonly counts: readonly TimeCount[];
}

/** The first discrepancies of one kind in a folder that `recon diff` wrote: actionable ones first, then the latest. */
export async function readDiscrepancies(directory: string, kind: Kind, limit = 50): Promise<DiscrepancyPage> {
  return withDiscrepancies(directory, async (engine) => {
    const order = DISPOSITIONS.map((disposition) => sqlText(disposition)).join(", ");
    const rows = await engine.rows<Discrepancy>(`
      SELECT *
      FROM discrepancies
      WHERE kind = ${sqlText(kind)}
      ORDER BY list_position([${order}], disposition), changed_at DESC NULLS LAST, subscription_id
      LIMIT ${Math.trunc(limit)}`);
    const [counted] = await engine.rows<{ total: number }>(
      `SELECT count(*) AS total FROM discrepancies WHERE kind = ${sqlText(kind)}`,
    );
    return { rows, total: counted?.total ?? 0 };
  });
}

/** Longest span in days that is still shown by day, and by week. */
const DAYS_BY_DAY = 62;
const DAYS_BY_WEEK = 730;

/** How many actionable discrepancies parted when, by kind, in days, weeks (from Monday) or months as the span asks. */
export async function readTimeline(directory: string): Promise<Timeline> {
  return withDiscrepancies(directory, async (engine) => {
    const dated = "FROM discrepancies WHERE disposition = 'actionable' AND changed_at IS NOT NULL";
    const [span] = await engine.rows<{ days: number | null }>(
      `SELECT date_diff('day', min(CAST(changed_at AS TIMESTAMP)), max(CAST(changed_at AS TIMESTAMP))) AS days ${dated}`,
    );
    const days = span?.days ?? 0;
    const unit = days <= DAYS_BY_DAY ? "day" : days <= DAYS_BY_WEEK ? "week" : "month";
    const counts = await engine.rows<TimeCount>(`
      SELECT strftime(date_trunc('${unit}', CAST(changed_at AS TIMESTAMP)), '%Y-%m-%d') AS start, kind, count(*) AS count
      ${dated}
      GROUP BY ALL
      ORDER BY ALL`);
    return { unit, counts };
  });
}

async function withDiscrepancies<T>(directory: string, read: (engine: Engine) => Promise<T>): Promise<T> {
  const path = join(directory, "discrepancies.parquet");
  await access(path).catch((cause: unknown) => {
    throw new ReconError(
      "no_discrepancies",
      `${path}: there is no such file. Run the reconciliation first, or give the folder it wrote to.`,
      { cause },
    );
  });
  const workspace = openWorkspace();
  const engine = await openEngine({ temporaryDirectory: workspace.file("spill") });
  try {
    await engine.run(`CREATE VIEW discrepancies AS SELECT * FROM read_parquet(${sqlText(path)})`);
    return await read(engine);
  } finally {
    engine.close();
    workspace.close();
  }
}
