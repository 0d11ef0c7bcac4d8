import { randomUUID } from "node:crypto";
import { isoSeconds } from "../reconcile/summarize";
import { databaseText } from "../sources/postgres/database-target";
import { describeTable } from "../sources/postgres/describe-table";
import { readOnlySnapshot } from "../sources/postgres/read-only-snapshot";
import { drawIds, type Live, readBothSides } from "./both-sides";
import { compareBothSides } from "./compare-both-sides";
import { draftAll } from "./draft-all";
import { judgeAsked } from "./judge-asked";
import { partUnsafe } from "./live-elsewhere";
import { mapTable } from "./map-table";
import { type Change, type Plan, sealPlan, tableFingerprint } from "./plan";
import { type AskedFor, readAsked } from "./read-asked";
import type { Mapping } from "./read-mapping";

/** What a plan is made for. */
export interface PlanRequest extends AskedFor {
  readonly live: Live;
  readonly mapping: Mapping;
  /** Who asks, for the record. */
  readonly operator: string;
  readonly now?: (() => Date) | undefined;
  readonly onProgress?: ((step: string) => void) | undefined;
}

/** Rows drawn at random that are compared, too: from them it is seen how the table writes things. */
const DRAWN = 50;

/**
 * Plans a repair: reads both sides of every subscription in question again, compares them as a report does, and drafts a change for
 * what is actionable still. Writes nothing.
 *
 * @throws ReconError when the report, the mapping, the table or a side cannot be read
 */
export async function makePlan(request: PlanRequest): Promise<Plan> {
  const { live, mapping, now = () => new Date(), onProgress = () => undefined } = request;
  const { client, stripe } = live;
  onProgress("Reading the table's columns, keys and rights");
  const { mapped, rows } = await readOnlySnapshot(client, async () => {
    const found = mapTable(mapping, await describeTable(client, mapping.table));
    const counted = await client.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${found.table.sql}`);
    return { mapped: found, rows: Number(counted.rows[0]?.rows ?? 0) };
  });
  const asked = await readAsked(request, stripe.account);
  const ids = [...new Set(asked.found.map((each) => each.subscription_id))].sort();
  const drawn = ids.length === 0 ? [] : await drawIds(client, mapped, DRAWN, ids);
  const sides = await readBothSides(live, mapped, [...ids, ...drawn], (done, all) =>
    onProgress(`Asking Stripe again: ${done} of ${all}`),
  );
  onProgress("Comparing both sides as they are now");
  const compared = await compareBothSides(sides, mapped, { account: stripe.account, keptKeys: [] });
  const judged = judgeAsked(asked, compared, sides, mapped, stripe.account);
  const drafts = await draftAll(judged.found, sides, mapped, asked.stripeKeys, client);
  const drafted = drafts.flatMap(({ change }) => (change === null ? [] : [change]));
  onProgress("Looking for other subscriptions of the customers");
  const { safe: changes, leftOut: unsafe } = await partUnsafe(drafted, mapped, stripe);
  const left = [...judged.leftOut, ...drafts.flatMap((draft) => draft.leftOut), ...unsafe];
  const count = (action: Change["action"]): number => changes.filter((change) => change.action === action).length;
  return sealPlan({
    schema_version: 1,
    plan_id: `plan-${isoSeconds(now()).replaceAll(/[-:]/g, "")}-${randomUUID().slice(0, 8)}`,
    created_at: isoSeconds(now()),
    operator: request.operator,
    account_id: stripe.account.id,
    livemode: stripe.account.livemode,
    database: databaseText(client),
    table: mapped.table.sql,
    id_column: mapped.idColumn,
    columns: Object.fromEntries(Object.entries(mapped.columns).map(([column, { name }]) => [column, name])),
    table_fingerprint: tableFingerprint(mapped.table),
    table_rows: rows,
    config: mapped.config,
    report: asked.report,
    counts: { insert: count("insert"), archive: count("archive"), update: count("update"), left_out: left.length },
    changes: [...changes],
    left_out: left.sort((a, b) => (a.subscription_id < b.subscription_id ? -1 : 1)),
    kept_metadata_keys: [...new Set(drafts.flatMap((draft) => draft.keptKeys))].sort(),
  });
}
