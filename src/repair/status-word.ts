import { meaningOf } from "../reconcile/status-words";
import type { TableColumn, TableDescription } from "../sources/postgres/table-description";

/** The word for a status, or why there is none. */
export type StatusWord =
  | { readonly kind: "word"; readonly word: string }
  | { readonly kind: "none"; readonly why: string };

type Configured = Readonly<Record<string, string | readonly string[]>>;

/**
 * The word a database has for a status of Stripe's: what the configuration says, else what its enum or check allows, else
 * Stripe's own spelling.
 */
export function statusWord(
  status: string,
  column: TableColumn,
  table: TableDescription,
  configured: Configured = {},
): StatusWord {
  const none = (why: string): StatusWord => ({ kind: "none", why });
  const named = Object.keys(configured).filter((word) => means(word, status, configured));
  const word = best(named, status, configured);
  if (word !== null) return { kind: "word", word };
  if (named.length > 1)
    return none(
      `the configuration has several words for ${status}: ${named.join(", ")}; one of them has to mean it alone`,
    );
  const allowed = column.enumValues ?? allowedByChecks(column, table);
  if (allowed !== null) {
    const fitting = best(
      allowed.filter((each) => means(each, status, configured)),
      status,
      configured,
    );
    return fitting === null
      ? none(`the column "${column.name}" has no word for ${status} (it takes ${allowed.join(", ")})`)
      : { kind: "word", word: fitting };
  }
  if (!/^(text|character varying|varchar|character|citext)/.test(column.type))
    return none(
      `the column "${column.name}" is of type ${column.type}, so the configuration has to say what means ${status}, as in "statuses": {"3": "${status}"}`,
    );
  return { kind: "word", word: status };
}

function means(word: string, status: string, configured: Configured): boolean {
  return meaningOf(word, configured).statuses.includes(status);
}

/** Stripe's own spelling; else the one word that means this alone; else the one word there is. */
function best(words: readonly string[], status: string, configured: Configured): string | null {
  if (words.includes(status)) return status;
  const only = words.filter((word) => meaningOf(word, configured).statuses.length === 1);
  if (only.length === 1) return only[0] ?? null;
  return only.length === 0 && words.length === 1 ? (words[0] ?? null) : null;
}

/** The words a check lists for the column, such as `CHECK (status = ANY (ARRAY['active'::text, 'canceled'::text]))`; null where none does. */
function allowedByChecks(column: TableColumn, table: TableDescription): readonly string[] | null {
  const mention = new RegExp(`(^|[^\\w"])"?${column.name.replace(/[^\w]/g, "\\$&")}"?([^\\w"]|$)`);
  for (const { definition } of table.checks) {
    if (!mention.test(definition) || !/= ANY \(|\bIN \(/.test(definition)) continue;
    const words = [...definition.matchAll(/'((?:[^']|'')*)'/g)].map(([, word = ""]) => word.replaceAll("''", "'"));
    if (words.length > 0) return words;
  }
  return null;
}
