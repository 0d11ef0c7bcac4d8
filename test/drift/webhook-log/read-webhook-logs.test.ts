import { writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { readWebhookLogs } from "../../../src/drift/webhook-log/read-webhook-logs";
import type { WebhookHistory } from "../../../src/drift/webhook-log/webhook-history";
import { makeFolder } from "../../cli/run-recon";

const folder = makeFolder();
afterAll(folder.remove);

const NOW = Date.parse("2026-11-20T00:00:00Z");
const SHORT = "sub_1PD5ZJIgSzDCinL0AAAAAAAA";
const IDS = { delivered: SHORT, failed: "sub_1PD5ZJIgSzDCinL0BBBBBBBB", unseen: "sub_1PD5ZJIgSzDCinL0CCCCCCCC" };
const idsFile = folder.write("ids.txt", `# the affected\n${Object.values(IDS).join("\r\n")}\n`);

/** One delivery: to whom, and whether it went well. */
interface Delivery {
  readonly at: Date;
  readonly event: string;
  readonly id: string;
  readonly ok: boolean;
}

/** Two hours: one event a minute, those of the second half hour fail; the affected have one each. */
const DELIVERIES: readonly Delivery[] = Array.from({ length: 120 }, (_, minute) => ({
  at: new Date(Date.parse("2026-11-02T06:00:00Z") + minute * 60_000),
  event: `evt_1AbC${String(minute).padStart(6, "0")}`,
  // An id that begins like an affected one is another.
  id: minute === 10 ? IDS.delivered : minute === 40 ? IDS.failed : minute === 50 ? `${SHORT}X` : `sub_1Other${minute}`,
  ok: minute < 30 || minute >= 60,
}));

type Format = (delivery: Delivery) => string;
const TYPE = "customer.subscription.updated";
const status = ({ ok }: Delivery): number => (ok ? 200 : 500);
const iso = ({ at }: Delivery): string => at.toISOString();

const FORMATS: Readonly<Record<string, Format>> = {
  "text with words": (d) =>
    `${iso(d)} ${d.ok ? "INFO" : "ERROR"} webhook ${d.event} ${TYPE} ${d.id} ${d.ok ? "processed" : "failed"}`,
  "text with a comma and a zone": (d) =>
    `${iso(d)
      .replace("T", " ")
      .replace(/\.(\d+)Z/, ",$1 +0000")} [web.1] POST /webhooks/stripe ${d.event} ${TYPE} ${d.id} status=${status(d)}`,
  syslog: (d) =>
    `${d.at.toUTCString().slice(8, 11)} ${String(d.at.getUTCDate()).padStart(2)} ${iso(d).slice(11, 19)} host app[1]: stripe webhook ${d.event} ${d.id} ${d.ok ? "handled" : "error: deadlock"}`,
  logfmt: (d) =>
    `time=${iso(d)} level=${d.ok ? "info" : "error"} msg="stripe webhook" event=${d.event} type=${TYPE} sub=${d.id} status=${status(d)}`,
  pino: (d) =>
    JSON.stringify({
      level: d.ok ? 30 : 50,
      time: d.at.getTime(),
      msg: "webhook",
      event: { id: d.event, type: TYPE, data: { object: { id: d.id } } },
      res: { statusCode: status(d) },
    }),
  winston: (d) =>
    JSON.stringify({
      level: d.ok ? "info" : "error",
      message: `webhook ${d.event} for ${d.id} ${d.ok ? "processed" : "failed"}`,
      timestamp: iso(d),
    }),
  "a container's prefix": (d) =>
    `${iso(d)} stdout F ${JSON.stringify({ message: `stripe webhook ${d.event} ${d.id}`, status: status(d) })}`,
  "a trace below each failure": (d) =>
    `${iso(d)} ${d.ok ? "INFO" : "ERROR"} webhook ${d.event} ${d.id} ${d.ok ? "processed" : "failed"}${d.ok ? "" : "\nTraceback (most recent call last):\n  File \"app.py\", line 3, in handle\n    raise KeyError\nKeyError: 'plan'"}`,
};

async function read(...logs: readonly string[]): Promise<WebhookHistory> {
  return readWebhookLogs({ logs, subscriptions: idsFile, stdin: Readable.from([]), now: () => NOW });
}

function stateOf(history: WebhookHistory): Record<string, string> {
  const states = new Map(history.subscriptions.map(({ id, state }) => [id, state]));
  return Object.fromEntries(Object.entries(IDS).map(([name, id]) => [name, states.get(id) ?? "?"]));
}

function expectTruth(history: WebhookHistory): void {
  expect(stateOf(history)).toEqual({ delivered: "delivered", failed: "failed", unseen: "never_seen" });
  expect(history.deliveries).toEqual({ failed: 30, total: 120 });
  expect(history.windows).toHaveLength(1);
  expect(history.windows[0]).toMatchObject({
    from: "2026-11-02T06:30:00Z",
    to: "2026-11-02T06:59:00Z",
    failed: 30,
    open: false,
  });
  expect(history.next_step).toContain("Fix webhook processing first");
}

const text = (format: Format, end = "\n"): string => DELIVERIES.map(format).join(end) + end;

describe.each(Object.entries(FORMATS))("%s", (_, format) => {
  it.each<[string, string, (text: string) => string | Uint8Array]>([
    ["as it is", "\n", (all) => all],
    ["with Windows' line ends", "\r\n", (all) => all],
    ["packed", "\n", (all) => gzipSync(all)],
    ["without an end to its last line", "\n", (all) => all.trimEnd()],
    [
      "after bytes that are no UTF-8",
      "\n",
      (all) => Buffer.concat([Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from(all)]),
    ],
    [
      "around a line of 10 MB",
      "\n",
      (all) => `${all.slice(0, all.indexOf("\n") + 1)}${"x".repeat(10_000_000)}\n${all.slice(all.indexOf("\n") + 1)}`,
    ],
  ])("%s", async (_name, end, make) => {
    expectTruth(await read(folder.write("app.log", make(text(format, end)))));
  });
});

it("a log in several files, in any order, tells the same", async () => {
  const lines = DELIVERIES.map(FORMATS["logfmt"] as Format);
  const older = folder.write("app.log.1.gz", gzipSync(`${lines.slice(0, 45).join("\n")}\n`));
  const newer = folder.write("app.log", `${lines.slice(45).join("\n")}\n`);
  expectTruth(await read(newer, older));
});

it("a delivery that failed and then went well is late, not failed", async () => {
  const again = { ...(DELIVERIES[40] as Delivery), at: new Date("2026-11-02T07:30:00Z"), ok: true };
  const log = [...DELIVERIES, again].map(FORMATS["pino"] as Format).join("\n");
  const history = await read(folder.write("app.log", log));
  expect(history.subscriptions.find(({ id }) => id === IDS.failed)).toMatchObject({ state: "delivered", late: true });
});

it("an access log tells when deliveries failed, but not whose", async () => {
  const log = DELIVERIES.map(
    (d) =>
      `1.2.3.4 - - [02/Nov/2026:${iso(d).slice(11, 19)} +0000] "POST /webhooks/stripe HTTP/1.1" ${status(d)} 2 "-" "Stripe/1.0"`,
  );
  const history = await read(folder.write("access.log", log.join("\n")));
  expect(history.deliveries).toEqual({ failed: 30, total: 120 });
  expect(history.entries.named).toBe(0);
  expect(history.warnings.map(({ code }) => code)).toContain("no_names");
});

it("a log without webhooks claims nothing", async () => {
  const log = Array.from({ length: 100 }, (_, at) => `2026-11-02T06:00:00Z INFO GET /health ${at}`);
  const history = await read(folder.write("app.log", log.join("\n")));
  expect(history).toMatchObject({ entries: { webhooks: 0 }, windows: [], from: null });
  expect(history.next_step).toContain("say nothing of webhooks");
});

it("events Stripe could not deliver count as failed", async () => {
  async function* undelivered() {
    yield {
      id: "evt_9",
      object: "event",
      type: TYPE,
      created: 1_793_599_200,
      api_version: null,
      pending_webhooks: 1,
      data: { object: { id: IDS.unseen, object: "subscription" } },
    };
  }
  const log = folder.write("app.log", text(FORMATS["pino"] as Format));
  const options = { logs: [log], subscriptions: idsFile, stdin: Readable.from([]), now: () => NOW };
  const history = await readWebhookLogs({ ...options, undelivered: undelivered() });
  expect(stateOf(history)).toEqual({ delivered: "delivered", failed: "failed", unseen: "failed" });
  expect(history.stripe_undelivered).toEqual({ events: 1, affected: 1 });
});

it("what is not a log is refused with its name", async () => {
  const cases: readonly (readonly [path: string, says: RegExp])[] = [
    [folder.free("none.log"), /there is no such file/],
    [folder.path, /this is a folder/],
    [folder.write("empty.log", ""), /is empty/],
    [
      folder.write("image.png", Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 37) % 256))),
      /this is binary/,
    ],
    [folder.write("half.gz", gzipSync("x".repeat(100_000)).subarray(0, 60)), /gzip data is broken/],
  ];
  for (const [path, says] of cases) await expect(read(path)).rejects.toThrow(says);
});

it("ids that are none are refused with their line", async () => {
  const bad = folder.write("bad.txt", `${IDS.failed}\nhello world\n`);
  const log = folder.write("app.log", text(FORMATS["pino"] as Format));
  const options = { logs: [log], subscriptions: bad, stdin: Readable.from([]), now: () => NOW };
  await expect(readWebhookLogs(options)).rejects.toThrow(/bad\.txt, line 2: expected one subscription id/);
  writeFileSync(bad, "");
  await expect(readWebhookLogs(options)).rejects.toThrow(/bad\.txt/);
});
