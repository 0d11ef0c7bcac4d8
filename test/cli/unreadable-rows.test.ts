import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { summarySchema } from "../../src/reconcile/summary";
import { type Answer, makeFolder, runRecon, theMessage } from "./run-recon";
import {
  AS_OF,
  apiObject,
  databaseCsv,
  idOf,
  stripeCsv,
  stripeLines,
  stripeList,
  upTo,
  withLine,
} from "./small-exports";

const ROWS = 10;
const MANY = 20_000;
const folder = makeFolder();
afterAll(folder.remove);

type Side = "stripe" | "database";

const good = {
  stripe: folder.write("good.json", stripeList(ROWS)),
  database: folder.write("good.csv", databaseCsv(ROWS)),
};

async function diff(files: Readonly<Record<Side, string>>): Promise<Answer & { readonly out: string }> {
  const out = folder.free("out");
  const args = ["diff", "--stripe", files.stripe, "--database", files.database, "--out", out, ...AS_OF];
  return { ...(await runRecon(args)), out };
}

const change =
  (line: number, from: string | RegExp, to: string) =>
  (text: string): string =>
    withLine(text, line, (each) => each.replace(from, to));

/** Ten rows of which one cannot be read: a tenth of the file, so nothing is said; but what was found is kept, with the row. */
describe.concurrent("of ten rows, one that cannot be read makes the exports incomparable:", () => {
  const invalid = (json: string): string => withLine(stripeLines(ROWS), 3, (line) => line.replace('"pro"', json));
  it.each<[string, Side, string | Uint8Array, RegExp, number, RegExp]>([
    [
      "too few cells",
      "database",
      change(6, /,active.*|,canceled.*/, ",active")(databaseCsv(ROWS)),
      /too few cells; 1 of 10 rows/,
      6,
      /^database,6,,too few cells,"?sub_/m,
    ],
    [
      "too many cells",
      "stripe",
      change(6, /$/, ",more")(stripeCsv(ROWS)),
      /too many cells; 1 of 10 rows/,
      6,
      /^stripe,6,,too many cells/m,
    ],
    ["a footer", "database", `${databaseCsv(ROWS)}(10 rows)\n`, /too few cells; 1 of 11 rows/, 12, /\(10 rows\)/],
    [
      "bad UTF-8 in CSV",
      "database",
      Buffer.from(change(6, "pro", "pr\u00f6")(databaseCsv(ROWS)), "latin1"),
      /not valid UTF-8/,
      6,
      /^database,6,,not valid UTF-8/m,
    ],
    [
      "bad UTF-8 in JSON",
      "stripe",
      Buffer.from(change(6, "pro", "pr\u00f6")(stripeLines(ROWS)), "latin1"),
      /not valid UTF-8/,
      6,
      /^stripe,6,,not valid UTF-8/m,
    ],
    [
      "text after a quote",
      "database",
      change(6, '}"', '}" x')(databaseCsv(ROWS)),
      /text after a closing quote/,
      6,
      /^database,6,/m,
    ],
    [
      "a quote that is never closed",
      "stripe",
      change(6, ",canceled", ',"canceled')(stripeCsv(ROWS)),
      /a quote is not closed.*Expected every " to be closed/,
      6,
      /^stripe,6,,a quote is not closed/m,
    ],
    [
      "an end in the middle of a row",
      "database",
      databaseCsv(ROWS).slice(0, -30),
      /the file ends in the middle of this row.*cut off/,
      11,
      /^database,11,/m,
    ],
    [
      "10 MB in a CSV cell",
      "database",
      change(6, "pro", "x".repeat(10_000_000))(databaseCsv(ROWS)),
      /longer than 2 MB/,
      6,
      new RegExp(`^database,6,,longer than 2 MB,"${idOf(5)}`, "m"),
    ],
    [
      "10 MB in the last cell, without quotes",
      "stripe",
      change(6, /$/, "x".repeat(10_000_000))(stripeCsv(ROWS)),
      /longer than 2 MB/,
      6,
      new RegExp(`^stripe,6,,longer than 2 MB,"${idOf(5)}`, "m"),
    ],
    [
      "10 MB in a JSON text",
      "stripe",
      invalid(`"${"x".repeat(10_000_000)}"`),
      /longer than 2 MB/,
      3,
      new RegExp(`^stripe,3,,longer than 2 MB,.*${idOf(3)}`, "m"),
    ],
    [
      "no id in JSON",
      "stripe",
      invalid('"pro"').replace(`"id":"${idOf(3)}",`, ""),
      /no subscription id; 1 of 10/,
      3,
      /^stripe,3,,no subscription id/m,
    ],
    [
      "no id in CSV",
      "stripe",
      change(6, /^[^,]+/, "")(stripeCsv(ROWS)),
      /no subscription id/,
      6,
      /^stripe,6,,no subscription id,"?,cus_5/m,
    ],
    ["a word that JSON does not know", "stripe", invalid("tru"), /not valid JSON/, 3, /^stripe,3,,not valid JSON/m],
    ["two commas", "stripe", invalid('"pro",'), /not valid JSON/, 3, /^stripe,3,/m],
    ["half a surrogate pair", "stripe", invalid('"\\ud800"'), /not valid JSON/, 3, /^stripe,3,/m],
    ["a line end inside a text", "stripe", invalid('"pr\no"'), /not valid JSON/, 3, /^stripe,3,/m],
    [
      "a text in the list",
      "stripe",
      `[${upTo(ROWS)
        .map((n) => (n === 3 ? '"oops"' : JSON.stringify(apiObject(n))))
        .join(",\n")}]`,
      /not a JSON object/,
      3,
      /^stripe,3,,not a JSON object,"""oops"""/m,
    ],
    [
      "metadata that is a list",
      "database",
      change(6, /"\{.*\}"/, '"[1,2]"')(databaseCsv(ROWS)),
      /metadata is not a JSON object.*Expected an object such as \{"plan": "pro"\}/,
      6,
      new RegExp(`^database,6,${idOf(5)},metadata is not a JSON object,"\\[1,2\\]"`, "m"),
    ],
    [
      "metadata that is a number",
      "stripe",
      stripeLines(ROWS).replace('{"plan":"pro","n":"n3"}', "5"),
      /metadata is not a JSON object/,
      3,
      new RegExp(`^stripe,3,${idOf(3)},metadata`, "m"),
    ],
    [
      "metadata that is half an object",
      "database",
      change(6, /"\{.*\}"/, '"{""a"":"')(databaseCsv(ROWS)),
      /metadata is not a JSON object/,
      6,
      /^database,6,/m,
    ],
    [
      "metadata a hundred thousand lists deep",
      "database",
      change(6, /"\{.*\}"/, `"${"[".repeat(100_000)}${"]".repeat(100_000)}"`)(databaseCsv(ROWS)),
      /metadata is not a JSON object/,
      6,
      /^database,6,/m,
    ],
  ])("%s", async (_, side, content, says, line, kept) => {
    const path = folder.write("broken", content);
    const answer = await diff({ ...good, [side]: path });
    const message = theMessage(answer);
    expect(message).toMatch(says);
    expect(message).toContain(`${path}, line ${line}: `);
    expect(message).toContain("rejected.csv");
    expect(answer.status).toBe(2);
    expect(readFileSync(join(answer.out, "rejected.csv"), "utf8")).toMatch(kept);
    const summary = readSummary(answer.out);
    expect(summary.verdict).toBe("incomparable");
    expect(summary.inputs[side].rejected).toBe(1);
    for (const kind of ["missing_in_database", "missing_in_stripe"] as const)
      expect(summary.counts[kind].actionable).toBe(0);
  });
});

/** Twenty thousand subscriptions of which two differ in status: what is found must not depend on one bad row among them. */
const many = {
  stripe: stripeLines(MANY),
  database: change(102, ",active", ",past_due")(change(15_002, ",active", ",past_due")(databaseCsv(MANY))),
};
const manyFiles = {
  stripe: folder.write("many.ndjson", many.stripe),
  database: folder.write("many.csv", many.database),
};

describe.concurrent("of twenty thousand rows, one that cannot be read is set aside, and all else is compared:", () => {
  const bad = (line: number, from: string | RegExp, to: string, side: Side = "database"): string =>
    change(line, from, to)(many[side]);
  it.each<[string, Side, string | Uint8Array, number, string, string]>([
    ["too few cells", "database", bad(10_000, /,"\{.*/, ""), 10_000, "too few cells", idOf(9999)],
    ["too many cells", "stripe", change(10_000, /$/, ",more")(stripeCsv(MANY)), 10_000, "too many cells", idOf(9999)],
    ["text after a quote", "database", bad(10_000, '}"', '}" x'), 10_000, "text after a closing quote", idOf(9999)],
    [
      "bad UTF-8 in CSV",
      "database",
      Buffer.from(bad(10_000, "pro", "pr\u00f6"), "latin1"),
      10_000,
      "not valid UTF-8",
      idOf(9999),
    ],
    [
      "bad UTF-8 in JSON",
      "stripe",
      Buffer.from(bad(10_000, "pro", "pr\u00f6", "stripe"), "latin1"),
      10_000,
      "not valid UTF-8",
      idOf(10_000),
    ],
    ["half a word in JSON", "stripe", bad(10_000, '"pro"', "tru", "stripe"), 10_000, "not valid JSON", idOf(10_000)],
    [
      "a line end inside a text",
      "stripe",
      bad(10_000, "pro", "pr\no", "stripe"),
      10_000,
      "not valid JSON",
      idOf(10_000),
    ],
  ])("%s", async (_, side, content, line, reason, id) => {
    const answer = await diff({ ...manyFiles, [side]: folder.write("bad", content) });
    const { counts, inputs, verdict, warnings } = readSummary(answer.out);
    expect(answer.status, answer.stderr).toBe(1);
    expect(verdict).toBe("discrepancies");
    expect(counts.matched).toBe(MANY - 1);
    expect(counts.status_mismatch).toEqual({ actionable: 2, in_flight: 0, expected: 0, review: 0 });
    const lacking = side === "stripe" ? "missing_in_stripe" : "missing_in_database";
    expect(counts[lacking]).toEqual({ actionable: 0, in_flight: 0, expected: 0, review: 1 });
    expect(inputs[side]).toMatchObject({ rows: MANY, rejected: 1 });
    expect(warnings.find(({ code }) => code === "rejected_rows")?.message).toContain(`line ${line}: ${reason}`);
    expect(readFileSync(join(answer.out, "rejected.csv"), "utf8")).toMatch(
      new RegExp(`^side,line,subscription_id,reason,text\n${side},${line},,${reason},.*${id}`),
    );
    expect(readFileSync(join(answer.out, "discrepancies.csv"), "utf8")).toContain(
      `${id},${lacking},review,row_rejected`,
    );
  });

  it("metadata that is a list: the row is there, but nothing is said of it", async () => {
    const database = folder.write("bad", bad(10_000, /"\{.*\}"/, '"[1,2]"'));
    const answer = await diff({ ...manyFiles, database });
    const { counts, inputs } = readSummary(answer.out);
    expect(answer.status).toBe(1);
    expect(counts).toMatchObject({
      matched: MANY,
      status_mismatch: { actionable: 2 },
      missing_in_database: { review: 0 },
    });
    expect(inputs.database).toMatchObject({ rows: MANY, rejected: 1 });
  });
});

/** What speaks against the whole file: no share is small enough, and nothing is called missing. */
describe.concurrent("of twenty thousand rows, one is enough to end with 2 when", () => {
  const gzip = gzipSync(many.database);
  it.each<[string, Side, string | Uint8Array, RegExp]>([
    [
      "a quote is never closed",
      "stripe",
      change(10_000, ",active", ',"active')(stripeCsv(MANY)),
      /line 10000: a quote is not closed/,
    ],
    [
      "a cell has 10 MB",
      "database",
      change(10_000, "pro", "x".repeat(10_000_000))(many.database),
      /line 10000: longer than 2 MB/,
    ],
    [
      "the last cell has 10 MB",
      "stripe",
      change(10_000, /$/, "x".repeat(10_000_000))(stripeCsv(MANY)),
      /line 10000: longer than 2 MB/,
    ],
    [
      "a JSON text has 10 MB",
      "stripe",
      change(10_000, "pro", "x".repeat(10_000_000))(many.stripe),
      /line 10000: longer than 2 MB/,
    ],
    [
      "the CSV ends in the middle of a row",
      "database",
      many.database.slice(0, 1_000_010),
      /line \d+: the file ends in the middle of this row/,
    ],
    [
      "the JSON ends in the middle of an object",
      "stripe",
      many.stripe.slice(0, 1_000_010),
      /ends in the middle of the JSON that begins in line/,
    ],
    ["the gzip ends early", "database", gzip.subarray(0, gzip.length / 2), /gzip data is broken or ends early/],
    [
      "there is a NUL byte in CSV",
      "database",
      change(19_990, "pro", "p\0o")(many.database),
      /line 19990: there is a NUL byte/,
    ],
    [
      "there is a NUL byte in JSON",
      "stripe",
      change(19_990, "pro", "p\0o")(many.stripe),
      /line 19990: there is a NUL byte/,
    ],
  ])("%s", async (_, side, content, says) => {
    const path = folder.write("bad", content);
    const answer = await diff({ ...manyFiles, [side]: path });
    const message = theMessage(answer);
    expect(message).toContain(path);
    expect(message).toMatch(says);
    expect(answer.status).toBe(2);
    const summary = message.includes("rejected.csv") ? readSummary(answer.out) : null;
    for (const kind of ["missing_in_database", "missing_in_stripe"] as const)
      expect(summary?.counts[kind].actionable ?? 0).toBe(0);
  });
});

function readSummary(out: string): ReturnType<typeof summarySchema.parse> {
  return summarySchema.parse(JSON.parse(readFileSync(join(out, "summary.json"), "utf8")));
}
