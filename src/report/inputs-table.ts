import type { Summary } from "../reconcile/summary";
import { numberText } from "./cell-text";
import { tableHtml } from "./table";

const AS_OF_BASIS = { sidecar: "recorded at export", option: "given", file_time: "the file's time" } as const;
const COMPLETE = { yes: "yes, recorded", no: "no", unknown: "not recorded" } as const;

/** What was loaded: each export's format, rows, range, mode and hash, with what it makes impossible and what is worth a warning. */
export function inputsHtml(summary: Summary): string {
  const rows = (["stripe", "database"] as const).map((side) => {
    const input = summary.inputs[side];
    return {
      side: side === "stripe" ? "Stripe" : "Database",
      path: input.path,
      format: input.format,
      rows: input.rows,
      rejected: input.rejected,
      created:
        input.created_from === null ? null : `${input.created_from.slice(0, 10)} – ${input.created_to?.slice(0, 10)}`,
      mode: input.livemode,
      as_of: input.as_of,
      basis: AS_OF_BASIS[input.as_of_basis],
      complete: COMPLETE[input.complete],
      size: `${numberText(input.bytes)} bytes`,
      sha256: input.sha256,
    };
  });
  const loaded = tableHtml({
    caption: "Loaded",
    columns: [
      { key: "side", title: "Side" },
      { key: "format", title: "Format recognized" },
      { key: "rows", title: "Rows", kind: "number" },
      { key: "rejected", title: "Rejected", kind: "number" },
      { key: "created", title: "Created from – to" },
      { key: "mode", title: "Mode" },
      { key: "as_of", title: "Taken at", kind: "time" },
      { key: "basis", title: "Known from" },
      { key: "complete", title: "Complete" },
    ],
    rows,
    empty: "Nothing was loaded",
  });
  const files = tableHtml({
    caption: "Files",
    columns: [
      { key: "path", title: "File" },
      { key: "size", title: "Size", align: "right" },
      { key: "sha256", title: "SHA-256", kind: "id" },
    ],
    rows,
    empty: "Nothing was loaded",
  });
  return [loaded, files, notesHtml(summary)].join("\n");
}

function notesHtml(summary: Summary): string {
  const notes = [
    ...summary.withheld.map(({ kind, reason, rows }) => ({ about: "Withheld", note: `${kind}: ${reason}.`, rows })),
    ...summary.warnings.map(({ code, message, rows }) => ({ about: words(code), note: message, rows: rows || null })),
    ...summary.not_compared.map(({ what, why }) => ({ about: "Not compared", note: `${what}: ${why}.`, rows: null })),
    ...summary.vocabulary.map(({ word, statuses, rows }) => ({
      about: "Status spelling",
      note:
        statuses.length > 0
          ? `The database writes "${word}" for ${statuses.join(" or ")}.`
          : `The database's "${word}" is no status of Stripe's; map it in recon.json.`,
      rows,
    })),
  ];
  return tableHtml({
    caption: "What to know about these files",
    columns: [
      { key: "about", title: "About" },
      { key: "note", title: "Note" },
      { key: "rows", title: "Rows", kind: "number" },
    ],
    rows: notes,
    limit: 200,
    empty: "Nothing: both files are complete, every row was read, and every comparison was possible.",
  });
}

function words(code: string): string {
  const text = code.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
