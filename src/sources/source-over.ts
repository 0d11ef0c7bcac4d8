import type { Source } from "./source";
import { sqlText } from "./sql-text";

/** The same source over another file of the same making, such as a few of its rows. */
export function sourceOver(source: Source, path: string): Source {
  const own = sqlText(source.rows.kind === "json" ? source.rows.linesPath : source.file.textPath);
  return { ...source, relation: source.relation.replaceAll(own, sqlText(path)), line: null };
}
