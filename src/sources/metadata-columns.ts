import { sqlText } from "./sql-text";

/** A metadata key that has a column of its own. */
export interface MetadataColumn {
  readonly key: string;
  readonly index: number;
}

const METADATA_HEADERS = [/^(.+) \(metadata\)$/i, /^metadata\.(.+)$/i, /^metadata\[(.+)\]$/i];

/** The columns of a header that hold one metadata key each: `plan_tier (metadata)`, `metadata.plan_tier`, `metadata[plan_tier]`. */
export function findMetadataColumns(names: readonly string[]): MetadataColumn[] {
  return names.flatMap((name, index) => {
    const key = METADATA_HEADERS.map((header) => header.exec(name)?.[1]).find((found) => found !== undefined);
    return key === undefined ? [] : [{ key, index }];
  });
}

/** SQL that gathers metadata columns into the text of one JSON object. A blank cell is an absent key: Stripe cannot store ''. */
export function metadataSql(columns: readonly MetadataColumn[], textOf: (index: number) => string): string {
  const entries = columns.map(({ key, index }) => `{'key': ${sqlText(key)}, 'value': ${textOf(index)}}`);
  return `CAST(to_json(map_from_entries(list_filter([${entries.join(", ")}], lambda e: e.value IS NOT NULL))) AS VARCHAR)`;
}
