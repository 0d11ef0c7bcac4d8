import type { Findings } from "../drift/findings";
import { KIND_TITLES, KINDS } from "../subscription";
import { tableHtml } from "./table";

/** What differs: by kind, by metadata key and by field, the most frequent first. */
export function typesHtml(findings: Findings): string {
  const byKind = KINDS.map((kind) => ({ kind: KIND_TITLES[kind], count: findings.by_kind[kind] ?? 0 }));
  const keys = findings.metadata_keys.map((one) => ({ ...one, all: one.added + one.removed + one.changed }));
  const tables = [
    tableHtml({
      caption: "By kind",
      columns: [
        { key: "kind", title: "Kind" },
        { key: "count", title: "Discrepancies", kind: "number" },
      ],
      rows: byKind.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count),
      empty: "No discrepancy was looked at.",
    }),
    tableHtml({
      caption: "By metadata key",
      columns: [
        { key: "key", title: "Key" },
        { key: "added", title: "Only Stripe", kind: "number" },
        { key: "removed", title: "Only database", kind: "number" },
        { key: "changed", title: "Differ", kind: "number" },
      ],
      rows: keys.sort((a, b) => b.all - a.all),
      restIn: "findings.json",
      empty: "No metadata that were looked at differ.",
    }),
    tableHtml({
      caption: "By field",
      columns: [
        { key: "field", title: "Field" },
        { key: "count", title: "Subscriptions", kind: "number" },
      ],
      rows: [...findings.fields].sort((a, b) => b.count - a.count),
      restIn: "findings.json",
      empty: "No field that was looked at differs.",
    }),
  ];
  return `<div class="rc-side-by-side">
${tables.join("\n")}
</div>`;
}
