import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { summarize } from "../../src/reconcile/summarize";
import { withComparison } from "../../src/reconcile/with-comparison";
import { writeOutputs } from "../../src/reconcile/write-outputs";

const folder = mkdtempSync(join(tmpdir(), "recon-screen-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Mulberry32: the same numbers from the same seed. */
function randomOf(seed: number): <Thing>(things: readonly Thing[]) => Thing {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return (things) => things[Math.floor(next() * things.length)] as never;
}

type Row = Record<string, string>;

const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

function csv(rows: readonly Row[], lineEnd: string): string {
  const names = Object.keys(rows[0] as Row);
  return [names, ...rows.map((row) => names.map((name) => row[name] ?? ""))]
    .map((cells) => cells.map(quoted).join(",") + lineEnd)
    .join("");
}

/** Metadata as one side or the other writes the same, or nearly the same. */
const METADATA: readonly (readonly string[])[] = [
  [
    '{"plan": "pro", "seats": "5"}',
    '{"seats":"5","plan":"pro"}',
    '{ "seats":5, "plan":"pro" }',
    '{"plan":"pro","seats":"5","empty":""}',
  ],
  ["", "{}", "null", "[]", '{"gone": null}', '"{}"'],
  ['{"a":"1","a":"2"}', '{"a":"2","a":"1"}', '{"a":"2"}', '{"a":"1"}'],
  ['{"t":"ü"}', '{"t":"\\u00fc"}', '{"t":"u"}', '{"t":"ü "}'],
  ['{"e":"😀\\n"}', '{"e":"\\ud83d\\ude00\\u000a"}', '{"e":"\\ud83d"}'],
  ['{"l":["1","1","2"]}', '{"l":["1","2","2"]}', '{"l":["1", "1", "2"]}'],
  ['{"n":{"a":1}}', '{"n":"{\\"a\\":1}"}', '{"n":{"a":1.0}}'],
  ['{"x":1}', '{"x":1.0}', '{"x":"1"}', '{"x":1e0}', '{"x":01}'],
  ['{"b":true}', '{"b":"true"}', '{"b":false}', '{"b":"True"}'],
  ['{"q":"a \\"b\\", c\\\\d\\/e"}', '{"q":"a \\"b\\", c\\\\d/e"}', '{"q":"a \\u0022b\\u0022, c\\\\d/e"}'],
  ['{"tenant_id":"t_1"}', '{"tenant_id":"t_2"}', '{"tenant_id":""}', '{"tenant_id":null}', '{"tenant_id":7}'],
  ["not json", '{"open":"', "[1]", "5", '{"a":"b"} x'],
  ['{"line":"one\\ntwo"}', '{"line":\n"one\\ntwo"}', '{"a":"b"\n}'],
  ['{"k\\u0061":"v"}', '{"ka":"v"}', '{"kA":"v"}'],
  ['{"=cmd()":"<img onerror=1>"}', '{"=cmd()":"<img onerror=1>"}'],
];

const TIMES = [
  "2026-03-01 10:00:00+00",
  "2026-03-01 12:00:00+02",
  "2026-03-01T10:00:00Z",
  "2026-03-01 10:00:00.000",
  "1772359200",
];
const OTHER_TIMES = [
  "2026-03-01 10:00:01+00",
  "2026-02-30 10:00:00+00",
  "soon",
  "",
  "2026-03-01",
  "1772359200000",
  "1969-12-31 23:59:59+00",
];

/** Two exports of the same subscriptions, of which some differ, in ways that matter and in ways that do not. */
function makeExports(
  seed: number,
  lineEnd: string,
  { count = 240, calm = 1 } = {},
): { stripe: string; database: string } {
  const pick = randomOf(seed);
  const numbers = Array.from({ length: 60 * calm }, (_, i) => i);
  const rarely = (oneIn: number): boolean => pick(numbers) % (oneIn * calm) === 0;
  const rows = { stripe: [] as Row[], database: [] as Row[] };
  for (let i = 0; i < count; i++) {
    const id = rarely(3) ? `sub_${i}` : `sub_1Aa${String(i).padStart(3, "0")}IgSzDCinL0abcdefg${i % 10}`;
    const metadata = rarely(2) ? pick(METADATA) : (METADATA[0] as readonly string[]);
    const created = `2026-0${1 + (i % 3)}-1${i % 10} 0${i % 10}:30:00+00`;
    const ours: Row = {
      id,
      customer: `cus_${i >> 1}`,
      status: pick(["active", "active", "active", "canceled", "past_due", "incomplete_expired"]),
      price: rarely(20) ? "" : `price_${i % 3}`,
      quantity: String(1 + (i % 2)),
      currency: seed % 2 === 0 ? "usd" : pick(["usd", "eur"]),
      created: rarely(40) ? pick(OTHER_TIMES) : created,
      current_period_start: pick(TIMES),
      cancel_at_period_end: pick(["t", "false", ""]),
      trial_end: rarely(5) ? "2027-01-01 00:00:00+00" : "",
      canceled_at: rarely(5) ? "2026-03-09 08:00:00+00" : "",
      livemode: seed % 3 === 0 ? "" : "true",
      test_clock: rarely(60) ? "clock_1" : "",
      metadata: pick(metadata),
    };
    const theirs: Row = {
      stripe_subscription_id: rarely(30) ? ` ${id}` : id,
      customer_id: ours.customer as string,
      tenant_id: rarely(4) ? "" : `tenant_${i % 5}`,
      status: rarely(15) ? pick(["Active", "cancelled", "paused", ""]) : (ours.status as string),
      price_id: rarely(30) ? "price_9" : (ours.price as string),
      quantity: rarely(30) ? `${ours.quantity}.0` : (ours.quantity as string),
      currency: ours.currency as string,
      current_period_start: rarely(20) ? pick(OTHER_TIMES) : pick(TIMES),
      cancel_at_period_end: rarely(30) ? "maybe" : (ours.cancel_at_period_end as string),
      livemode: "t",
      created_at: rarely(40) ? pick(OTHER_TIMES) : created,
      updated_at: rarely(10) ? "2026-04-01 00:00:00+00" : created,
      metadata: rarely(20) ? pick(pick(METADATA)) : pick(metadata),
    };
    const copies = rarely(50) ? 2 : 1;
    if (!rarely(25)) rows.stripe.push(...Array.from({ length: rarely(60) ? 2 : 1 }, () => ours));
    if (!rarely(25))
      rows.database.push(
        ...Array.from({ length: copies }, (_, copy) => ({
          ...theirs,
          quantity: copy === 0 || rarely(2) ? (theirs.quantity as string) : "77",
        })),
      );
    if (rarely(60)) rows.database.push({ ...theirs, stripe_subscription_id: pick(["", "  ", "\\N"]) });
  }
  // One without a line end at its end.
  return save((seed % 5 === 0 ? "\ufeff" : "") + csv(rows.stripe, lineEnd), csv(rows.database, lineEnd).trimEnd());
}

function save(stripe: string, database: string): { stripe: string; database: string } {
  const exports = mkdtempSync(join(folder, "exports-"));
  const paths = { stripe: join(exports, "stripe.csv"), database: join(exports, "database.csv") };
  writeFileSync(paths.stripe, stripe);
  writeFileSync(paths.database, database);
  return paths;
}

/** All that a comparison comes to, and how many pairs were set aside. */
async function outcome(paths: { stripe: string; database: string }, screens: boolean) {
  const out = mkdtempSync(join(folder, "out-"));
  const options = { ...paths, stripeAsOf: "2026-04-01T00:00:00Z", databaseAsOf: "2026-04-01T00:00:00Z", screens };
  const setAside = await withComparison(options, async (compared) => {
    const at = new Date(0);
    const hashes = await compared.hashes();
    const summary = await summarize({ ...compared, hashes, runId: "run", startedAt: at, finishedAt: at });
    await writeOutputs(compared, summary, out);
    const facts = { ...compared.findings.survey, ...compared.findings.circumstances, ...compared.findings.rowsRead };
    writeFileSync(join(out, "facts.json"), JSON.stringify(facts, null, 1));
    return compared.findings.setAside;
  });
  const read = (name: string): string => {
    try {
      return readFileSync(join(out, name), "utf8");
    } catch {
      return "";
    }
  };
  const names = ["summary.json", "facts.json", "discrepancies.csv", "population.csv", "rejected.csv"];
  return { setAside, files: Object.fromEntries(names.map((name) => [name, read(name)])) };
}

describe("what is set aside before the engine compares", () => {
  test.each(Array.from({ length: 24 }, (_, seed) => seed + 1))(
    "changes nothing in what is found, exports %i",
    async (seed) => {
      const paths = makeExports(seed, seed % 4 === 0 ? "\r\n" : "\n");
      const [screened, whole] = [await outcome(paths, true), await outcome(paths, false)];
      expect(screened.files).toEqual(whole.files);
      expect(whole.setAside).toBe(0);
      expect(screened.setAside).toBeGreaterThan(20);
    },
  );

  test("changes nothing in what is found in exports of many chunks, one of them read on a thread", async () => {
    const paths = makeExports(7, "\n", { count: 52_000, calm: 20 });
    expect(statSync(paths.stripe).size + statSync(paths.database).size).toBeGreaterThan(16_777_216);
    const [screened, whole] = [await outcome(paths, true), await outcome(paths, false)];
    expect(screened.files).toEqual(whole.files);
    expect(screened.setAside).toBeGreaterThan(40_000);
  });

  // Words that differ in their highest bits, and in those that undo it in a hash which is too simple; the key is another one in each run.
  test("never takes two subscriptions or two metadata for one", async () => {
    const created = "2026-03-01 10:00:00+00";
    const alike = [
      ["sub_1MowQVLkdIwHu7ixeraBm", "sub_1MoWQVLKdIwhu7ixeraBm"],
      ["sub_1AbcdefgHijklmnOpqrst", "sub_1AbCdefgHIjklmnopqrst"],
    ] as const;
    const keys = ["aaaaaaaaaaaaacccccccccccccccc", "aaaa!aaa!aaa!cccccccccccccccc"];
    const others = ["aaaaaaaaaaaaaccccccc#ccccacc#", "aaaa!aaa!aaa!ccccccc#ccccacc#"];
    const object = (values: string): string =>
      JSON.stringify(Object.fromEntries([...keys, ...others].map((key, i) => [`key${key}`, values[i]])));
    const row = (id: string, metadata: string): Row => ({ id, customer: "cus_1", status: "active", created, metadata });
    const twins = Array.from({ length: 20 }, (_, i) => alike.map((pair) => pair.map((id) => `${id}${100 + i}`))).flat();
    const numbers = Array.from({ length: 20 }, (_, i) => i);
    const plain = Array.from({ length: 200 }, (_, i) => row(`sub_${i}`, "{}"));
    const stripe = [
      ...plain,
      ...twins.map(([id]) => row(id as string, "{}")),
      ...numbers.map((i) => row(`sub_m${i}`, object(`${i % 10}zz${i % 10}`))),
    ];
    const database = [
      ...plain,
      ...twins.map(([, id]) => row(id as string, "{}")),
      ...numbers.map((i) => row(`sub_m${i}`, object(`z${i % 10}${i % 10}z`))),
    ];
    const paths = save(csv(stripe, "\n"), csv(database, "\n"));
    for (let run = 0; run < 12; run++) expect((await outcome(paths, true)).setAside).toBe(plain.length);
  });
});
