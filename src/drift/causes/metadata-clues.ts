import { type Affected, rowOf } from "../evidence";
import { remember } from "../remember";

/** How the metadata of affected subscriptions differ. */
export interface MetadataClues {
  readonly rows: readonly Affected[];
  /** Subscriptions in which a key differs in value. */
  readonly changed: number;
  /** Subscriptions in which the database lacks keys, and nothing differs in value. */
  readonly lost: number;
  /** Subscriptions in which the database alone has keys. */
  readonly extra: number;
  /** Median number of keys a subscription lacks, of those that lack any. */
  readonly keysLost: number;
  /** The largest share of the rows that were last written within one hour, and how many that are. */
  readonly writtenTogether: number;
  /** The key that differs most often, and in how many subscriptions. */
  readonly mainKey: { readonly key: string; readonly count: number };
  /** Subscriptions in which the database lost what the application itself sets at the creation, such as the tenant. */
  readonly ownLost: number;
}

const HOUR = 3_600_000;
/** Keys that applications set when they create a subscription. */
const OWN_KEY =
  /^(tenant|org|organization|workspace|account|user|team|plan|tier|app|internal)(_?(id|tier|name|ref|key))?$/i;

/** What the metadata mismatches have in common. */
export const readMetadataClues = remember(findMetadataClues);

function findMetadataClues(affected: readonly Affected[]): MetadataClues {
  const rows = affected.filter((one) => one.kinds.has("metadata_mismatch"));
  const keys = new Map<string, number>();
  const lostKeys: number[] = [];
  let [changed, lost, extra, ownLost] = [0, 0, 0, 0];
  for (const one of rows) {
    const metadata = rowOf(one, "metadata_mismatch")?.details.metadata;
    const [added, removed, differing] = [metadata?.added, metadata?.removed, metadata?.changed].map((part) =>
      Object.keys(part ?? {}),
    );
    for (const key of [added, removed, differing].flatMap((part) => part ?? []))
      keys.set(key, (keys.get(key) ?? 0) + 1);
    if ((differing?.length ?? 0) > 0) changed++;
    else if ((added?.length ?? 0) > 0) lost++;
    if (
      Object.entries(metadata?.added ?? {}).some(
        ([key, value]) => OWN_KEY.test(key) || (value !== "" && value === one.tenant),
      )
    )
      ownLost++;
    if ((removed?.length ?? 0) > 0) extra++;
    if ((added?.length ?? 0) > 0) lostKeys.push(added?.length ?? 0);
  }
  const written = rows.flatMap(({ updatedAt }) => (updatedAt === null ? [] : [updatedAt])).sort((a, b) => a - b);
  let most = 0;
  for (let start = 0, end = 0; end < written.length; end++) {
    while ((written[end] as number) - (written[start] as number) > HOUR) start++;
    most = Math.max(most, end - start + 1);
  }
  const [mainKey = "", mainCount = 0] = [...keys].sort(([, a], [, b]) => b - a)[0] ?? [];
  lostKeys.sort((a, b) => a - b);
  return {
    rows,
    changed,
    lost,
    extra,
    keysLost: lostKeys[Math.floor(lostKeys.length / 2)] ?? 0,
    writtenTogether: rows.length === 0 ? 0 : most / rows.length,
    mainKey: { key: mainKey, count: mainCount },
    ownLost,
  };
}
