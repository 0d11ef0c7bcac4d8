import { existsSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { ReconError } from "../../src/recon-error";
import { reconcile } from "../../src/reconcile/reconcile";
import { type Answer, makeFolder, runRecon, theMessage } from "./run-recon";
import {
  AS_OF,
  apiObject,
  DATABASE_HEADER,
  databaseCsv,
  databaseJson,
  databaseRow,
  idOf,
  linesOf,
  stripeCsv,
  stripeLines,
  stripeList,
  withLine,
} from "./small-exports";

const ROWS = 10;
const folder = makeFolder();
afterAll(folder.remove);

const good = {
  stripe: folder.write("good.json", stripeList(ROWS)),
  database: folder.write("good.csv", databaseCsv(ROWS)),
};

type Side = keyof typeof good;
type Case = [what: string, content: string | Uint8Array, says: RegExp, line?: number];

async function diff(files: Readonly<Record<Side, string>>): Promise<Answer & { readonly out: string }> {
  const out = folder.free("out");
  const args = ["diff", "--stripe", files.stripe, "--database", files.database, "--out", out, ...AS_OF];
  return { ...(await runRecon(args)), out };
}

/** A file that is refused: exit 2, one message that names it, and no results. */
async function expectRefused(side: Side, content: string | Uint8Array, says: RegExp, line?: number): Promise<void> {
  const path = folder.write("broken", content);
  const answer = await diff({ ...good, [side]: path });
  const message = theMessage(answer);
  expect(message).toMatch(says);
  expect(message).toContain(line === undefined ? `${path}` : `${path}, line ${line}: `);
  expect(answer.status).toBe(2);
  expect(existsSync(answer.out), "nothing is written").toBe(false);
}

const single = JSON.stringify(apiObject(1));
const customers = JSON.stringify({ object: "list", data: [{ id: "cus_1", object: "customer" }], has_more: false });
const events = JSON.stringify({
  object: "list",
  data: [{ id: "evt_1", object: "event", data: { object: apiObject(1) } }],
});
const stripeError = (message: string): string =>
  JSON.stringify({ error: { code: "resource_missing", message, type: "invalid_request_error" } }, null, 2);
const zip = Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(40, 7)]);
const gzip = gzipSync(databaseCsv(2000));
const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(databaseCsv(ROWS), "utf16le")]);
const page = "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body></body></html>\n";

/** What is refused on either side, whatever the file is called. */
const ANYWHERE: readonly Case[] = [
  ["an empty file", "", /the file is empty\. Export it again/],
  ["white space", "\n\n  \n", /only white space\. Export it again/],
  ["an HTML error page", page, /web page or XML \("502 Bad Gateway"\), not an export/, 1],
  ["a login page that begins in the middle", "<center><h1>Sign in</h1></center>\n", /web page or XML \("Sign in"\)/, 1],
  ["an XML error of a bucket", "<?xml version='1.0'?><Error><Message>Denied</Message></Error>", /\("Denied"\)/, 1],
  ["an error of Stripe's", stripeError("No such subscription"), /error from Stripe.*resource_missing.*"No such sub/, 1],
  ["an error of psql's", 'psql: error: connection to "db" failed: refused\n', /error message, not an export: psql/, 1],
  ["an error of the server's", 'ERROR:  relation "subscriptions" does not exist\n', /error message, not an export/, 1],
  ["an error of the shell's", "bash: psql: command not found\n", /error message, not an export: bash/, 1],
  [
    "psql's aligned table",
    " id | status \n----+--------\n sub_1 | active\n(1 row)\n",
    /table drawn for people.*CSV/,
    1,
  ],
  ["psql's expanded table", "-[ RECORD 1 ]-\nid | sub_1\nstatus | active\n", /table drawn for people.*CSV HEADER/, 1],
  [
    "pg_dump's SQL",
    "--\n-- PostgreSQL database dump\n--\nCOPY subscriptions FROM stdin;\n",
    /this is SQL.*CSV HEADER/,
    1,
  ],
  ["a zip or xlsx", zip, /zip archive or an Excel workbook/],
  ["an old xls", Buffer.from("d0cf11e0a1b11ae1", "hex"), /old Excel workbook: save the sheet as CSV/],
  ["a PDF", "%PDF-1.7\n", /a PDF: export CSV or JSON instead/],
  ["a PNG", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), /NUL byte, so this is binary/, 3],
  ["half a gzip", gzip.subarray(0, gzip.length / 2), /gzip data is broken or ends early.*again/],
  ["gzip in gzip", gzipSync(gzip), /gzip twice\. Unpack it once/],
  ["a gzip of nothing", gzipSync(""), /the file is empty/],
  ["UTF-16", utf16, /UTF-16\. Save it as UTF-8/],
  ["UTF-16 without a mark", utf16.subarray(2), /NUL byte/, 1],
  ["no header", linesOf(databaseRow(1), databaseRow(2)), /data, not column names.*WITH CSV HEADER/, 1],
  [
    "a header in another encoding",
    Buffer.from(databaseCsv(ROWS).replace("customer_id", "k\u00fcnde"), "latin1"),
    /header is not valid UTF-8/,
    1,
  ],
  ["one column", linesOf("id", idOf(1), idOf(2)), /expected a CSV header or JSON, found "id"/, 1],
  ["prose", "Dear all,\nthe export is attached.\n", /no column holds Stripe subscription ids/, 1],
  ["a blank line above the header", `\n${databaseCsv(ROWS)}`, /found a blank line\. Remove/, 1],
  ["Excel's hint above the header", `sep=,\n${databaseCsv(ROWS)}`, /found sep=,\. Remove/, 1],
  [
    "no id column",
    linesOf("name,status", "a,active", "b,active"),
    /no column holds Stripe.*Found: name, status.*--config/,
    1,
  ],
  ["no status column", linesOf("id,customer", `${idOf(1)},cus_1`), /no status column.*Found: id, customer/, 1],
  ["an empty JSON list", "[]\n", /the list is empty/],
  ["an empty JSON object", "{}\n", /expected subscriptions/, 1],
  ["numbers in a JSON list", "[1, 2, 3]\n", /expected subscriptions as JSON objects, found not a JSON object: 1\./, 1],
  [
    "a hundred thousand brackets",
    "[".repeat(100_000) + "]".repeat(100_000),
    /expected subscriptions as JSON objects/,
    1,
  ],
  [
    "a hundred thousand objects in one another",
    `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
    /without a subscription id/,
    1,
  ],
  ["brackets that close nothing", `${databaseJson(ROWS)}]\n`, /"\]" closes nothing/, ROWS + 3],
  ["a word after the JSON", `${databaseJson(ROWS)}done\n`, /"done" stands outside any object/, ROWS + 3],
  [
    "a line of a log before the JSON",
    `Exporting …\n${stripeList(ROWS)}`,
    /expected a CSV header or JSON, found "Exporting …"/,
    1,
  ],
  ["comments before the JSON", `// all\n${stripeList(ROWS)}`, /expected a CSV header or JSON, found "\/\/ all"/, 1],
  [
    "comments inside the list",
    stripeList(ROWS).replace('"list",', '"list", /* all */'),
    /not valid JSON around its rows/,
    1,
  ],
];

describe.concurrent("as the Stripe export, refused is", () => {
  it.each(ANYWHERE)("%s", (...[, content, says, line]) => expectRefused("stripe", content, says, line));
});

/** The same on the other side, without the terminal around it: it says what the error says. */
describe("as the database export, refused is", () => {
  it.each(ANYWHERE)("%s", async (...[, content, says, line]) => {
    const database = folder.write("broken", content);
    const error: unknown = await reconcile({ ...good, database, out: folder.free("out") }).catch((caught) => caught);
    expect(error).toBeInstanceOf(ReconError);
    expect(String(error)).toMatch(says);
    expect(String(error)).toContain(line === undefined ? database : `${database}, line ${line}: `);
  });
});

describe.concurrent("as the Stripe export, refused is also", () => {
  it.each<Case>([
    ["only a header", linesOf(stripeCsv(0).trim()), /there is a header, but no row below it/],
    ["a header and blank lines", `${stripeCsv(0)}\n\n\n`, /there is a header, but no row below it/],
    ["an empty list", '{"object":"list","data":[],"has_more":false}', /list is empty.*--live.*--status all/],
    ["a list of customers", customers, /expected subscriptions, found .*"customer"/],
    ["a list of events", events, /expected subscriptions, found .*"event"/],
    [
      "an error after the list",
      `${stripeList(ROWS)}${stripeError("Rate limit")}`,
      /error from Stripe.*"Rate limit"/,
      lineCount(stripeList(ROWS)) + 1,
    ],
    ["an error saved as .csv", stripeError("Invalid API Key"), /error from Stripe.*"Invalid API Key"/, 1],
    [
      "half a list",
      stripeList(ROWS).slice(0, 1500),
      /ends in the middle of the JSON that begins in line 1\. .*export again/,
      lineCount(stripeList(ROWS).slice(0, 1500)) + 1,
    ],
    ["half a text", `[${single.slice(0, single.indexOf("cus_1") + 3)}`, /ends in the middle/, 1],
    [
      "half an object after whole ones",
      stripeLines(3) + single.slice(0, 50),
      /ends in the middle of the JSON that begins in line 4/,
      4,
    ],
    ["CSV with lines that end in CR alone", stripeCsv(ROWS).replaceAll("\n", "\r"), /CR alone.*dos2unix/, 1],
    ["CSV with one CR LF among LF", withLine(stripeCsv(ROWS), 6, (line) => `${line}\r`), /another line end/, 6],
    ["a NUL byte in JSON", withLine(stripeList(ROWS), 9, (line) => `${line}\0`), /NUL byte/, 9],
    ["a NUL byte in CSV", withLine(stripeCsv(ROWS), 6, (line) => line.replace("pro", "p\0o")), /NUL byte/, 6],
  ])("%s", (...[, content, says, line]) => expectRefused("stripe", content, says, line));
});

describe.concurrent("as the database export, refused is also", () => {
  it.each<Case>([
    ["only a header", `${DATABASE_HEADER}\n`, /there is a header, but no row below it/],
    ["a header without a line end", DATABASE_HEADER, /there is a header, but no row below it/],
    ["half a list", databaseJson(ROWS).slice(0, 700), /ends in the middle of the JSON that begins in line 1/, 5],
    ["one CR LF among LF", withLine(databaseCsv(ROWS), 6, (line) => `${line}\r`), /another line end/, 6],
    ["a NUL byte in JSON", withLine(databaseJson(ROWS), 5, (line) => line.replace("pro", "p\0o")), /NUL byte/, 5],
    ["a NUL byte in CSV", withLine(databaseCsv(ROWS), 11, (line) => line.replace("pro", "p\0o")), /NUL byte/, 11],
    ["a NUL byte under gzip", gzipSync(withLine(databaseCsv(ROWS), 3, (line) => `\0${line}`)), /NUL byte/, 3],
  ])("%s", (...[, content, says, line]) => expectRefused("database", content, says, line));
});

describe.concurrent("refused is", () => {
  it.each<[string, Readonly<Record<Side, string>>, RegExp]>([
    [
      "a file that is not there",
      { ...good, stripe: "nowhere/x.json" },
      /^recon: nowhere\/x\.json: there is no such file/,
    ],
    ["a folder", { ...good, database: folder.path }, /: this is a folder\. Give the export file inside it/],
    ["a device", { ...good, stripe: "/dev/null" }, /neither a file nor a pipe/],
    ["one file for both", { stripe: good.database, database: good.database }, /are the same file\. Give the Stripe/],
    [
      "a copy of one file for both",
      { stripe: good.stripe, database: folder.write("copy", stripeList(ROWS)) },
      /are the same file/,
    ],
    [
      "the two swapped",
      { stripe: good.database, database: good.stripe },
      /given as --stripe.*Give the Stripe export as --stripe/,
    ],
    [
      "the Stripe export as the database's",
      { ...good, database: folder.write("s.json", stripeList(9)) },
      /given as --database.*swapped\?/,
    ],
    [
      "a Dashboard export as the database's",
      { ...good, database: folder.write("s.csv", stripeCsv(9)) },
      /given as --database/,
    ],
  ])("%s", async (_, files, says) => {
    const answer = await diff(files);
    expect(theMessage(answer)).toMatch(says);
    expect(answer.status).toBe(2);
    expect(existsSync(answer.out)).toBe(false);
  });
});

/** Odd, but whole: these say the same as the plain exports. */
describe.concurrent("as good as the plain export is", () => {
  const clean = async (files: Partial<Record<Side, string>>): Promise<void> => {
    const answer = await diff({ ...good, ...files });
    expect(answer.stderr).toMatch(/Verdict: clean; 0 subscriptions affected/);
    expect(answer.status).toBe(0);
  };
  const doubled = stripeList(ROWS).replace('"plan": "pro"', '"plan": "basic", "plan": "pro"');
  it.each<[string, Side, string | Uint8Array]>([
    ["gzip", "database", gzipSync(databaseCsv(ROWS))],
    ["a byte order mark", "database", `\ufeff${databaseCsv(ROWS)}`],
    ["CR LF everywhere", "stripe", stripeCsv(ROWS).replaceAll("\n", "\r\n")],
    ["blank lines", "database", databaseCsv(ROWS).replaceAll("\n", "\n\n").replace("\n\n", "\n")],
    ["no line end at the end", "database", databaseCsv(ROWS).trimEnd()],
    ["objects without anything between them", "stripe", stripeLines(ROWS).replaceAll("\n", "")],
    ["lists without anything between them", "stripe", `${stripeList(ROWS)}${stripeList(0)}`.replaceAll("\n", "")],
    ["a comma after the last row", "stripe", `[${stripeLines(ROWS).replaceAll("\n", ",\n")}]`],
    ["a metadata key twice, of which the last counts", "stripe", doubled],
    ["spaces around an id", "database", databaseCsv(ROWS).replace(idOf(3), `"  ${idOf(3)} "`)],
    ["rows of JSON", "database", databaseJson(ROWS)],
  ])("%s", (_, side, content) => clean({ [side]: folder.write("odd", content) }));
});

function lineCount(text: string): number {
  return text.split("\n").length - 1;
}
