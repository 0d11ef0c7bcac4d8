import { describe, expect, it } from "vitest";
import { judgeEntry } from "../../../src/drift/webhook-log/judge-entry";
import { parseEntry } from "../../../src/drift/webhook-log/parse-entry";

const LATEST = Date.parse("2026-11-20T00:00:00Z");
const AT = "2026-11-02T06:00:00Z";
const MS = Date.parse(AT);
const EVENT = "evt_1PD5ZJIgSzDCinL0";
const SUB = "sub_1PD5ZJIgSzDCinL0";
const TYPE = "customer.subscription.updated";
const UUID = "0b7e6c1e-1111-4222-8333-444455556666";

/** What an entry says: the kind of verdict, with its status or reason. */
function verdict(raw: string): string {
  const entry = parseEntry(raw, LATEST);
  if (entry === null) return "no entry";
  const { kind, status, reason, ignored } = judgeEntry(entry);
  return [kind, reason ?? status, ignored ? "ignored" : null].filter((part) => part !== null).join(" ");
}

describe("lines of text", () => {
  it.each([
    ["an arrival", `${AT} Received ${TYPE} ${EVENT} for ${SUB}`, "arrived"],
    ["a success in words", `${AT} webhook ${EVENT} processed`, "processed"],
    ["a failure in words", `${AT} webhook ${EVENT} failed`, "failed error"],
    ["a failure of what was not done", `${AT} could not be handled: ${EVENT}`, "failed error"],
    ["the last word counts: success", `${AT} payment failed at the bank; ${EVENT} handled`, "processed"],
    ["the last word counts: failure", `${AT} successfully received ${EVENT} but failed to store it`, "failed error"],
    ["the words of a type are none", `${AT} received invoice.payment_failed ${EVENT}`, "arrived"],
    ["another type with such words", `${AT} received charge.failed ${EVENT}`, "arrived"],
    ["no error", `${AT} ${EVENT} stored, 0 errors, error=null`, "arrived"],
    ["words of a payload are none", `${AT} got ${EVENT} {"last_payment_error":"card failed"}`, "arrived"],
    ["the class of an error", `${AT} ${EVENT}: KeyError: 'plan'`, "failed KeyError"],
    ["Express, a status in words", `${AT} POST /webhook responded with 400`, "failed 400"],
    ["morgan dev", `POST /webhook 200 12.3 ms - 15`, "answered 200"],
    ["morgan dev, in color", `\u001b[0mPOST /webhook \u001b[31m500 \u001b[0m12.3 ms - 15`, "failed 500"],
    [
      "nginx",
      `3.1.1.1 - - [02/Nov/2026:06:00:00 +0000] "POST /webhook HTTP/1.1" 200 2 "-" "Stripe/1.0"`,
      "answered 200",
    ],
    [
      "nginx, redirected",
      `3.1.1.1 - - [02/Nov/2026:06:00:00 +0000] "POST /webhook HTTP/1.1" 301 2 "-" "-"`,
      "failed 301",
    ],
    [
      "nginx, timed out",
      `3.1.1.1 - - [02/Nov/2026:06:00:00 +0000] "POST /webhook HTTP/1.1" 504 2`,
      "failed 504 timeout",
    ],
    [
      "nginx's error log",
      `2026/11/02 06:00:00 [error] 12#12: *1 upstream timed out (110: Connection timed out), request: "POST /webhook HTTP/1.1"`,
      "failed timeout",
    ],
    [
      "Rails: the request begins",
      `[${UUID}] Started POST "/stripe/webhooks" for 3.1.1.1 at 2026-11-02 06:00:00 +0000`,
      "arrived",
    ],
    [
      "Rails: it ends well",
      `I, [2026-11-02T06:00:00.1 #12]  INFO -- : [${UUID}] Completed 200 OK in 12ms`,
      "answered 200",
    ],
    ["Rails: it fails", `[${UUID}] Completed 500 Internal Server Error in 12ms`, "failed 500"],
    ["lograge", `method=POST path=/stripe/webhooks format=json status=422 duration=12.3`, "failed 422"],
    [
      "Laravel",
      `[2026-11-02 06:00:00] production.ERROR: Webhook failed {"exception":"[object] (SignatureVerificationException(code: 0): No signatures found"}`,
      "failed signature",
    ],
    ["Django, in words", `Bad Request: /webhooks/stripe/`, "failed 400"],
    ["Django, without its token", `Forbidden (CSRF cookie not set.): /webhooks/stripe/`, "failed 403 csrf"],
    ["Django's server", `[02/Nov/2026 06:00:00] "POST /webhooks/stripe/ HTTP/1.1" 500 145`, "failed 500"],
    ["stripe listen: sent", `2026-11-02 06:00:00   --> ${TYPE} [${EVENT}]`, "arrived"],
    [
      "stripe listen: answered",
      `2026-11-02 06:00:00  <--  [200] POST http://localhost:4242/webhook [${EVENT}]`,
      "answered 200",
    ],
    [
      "stripe listen: refused",
      `2026-11-02 06:00:00  <--  [400] POST http://localhost:4242/webhook [${EVENT}]`,
      "failed 400",
    ],
    [
      "stripe listen: nobody there",
      `2026-11-02 06:00:00            [ERROR] Failed to POST: Post "http://localhost:4242/webhook": dial tcp 127.0.0.1:4242: connect: connection refused`,
      "failed connection",
    ],
    [
      "Heroku's router",
      `2026-11-02T06:00:00.1+00:00 heroku[router]: at=error code=H12 desc="Request timeout" method=POST path="/webhook" status=503`,
      "failed 503 timeout",
    ],
    ["journald", `Nov  2 06:00:00 web-1 node[12]: Webhook signature verification failed.`, "failed signature"],
    [
      "Kubernetes",
      `2026-11-02T06:00:00.123456789Z stderr F webhook ${EVENT} ERROR deadlock detected`,
      "failed database",
    ],
    [
      "stripe-node's words",
      `Webhook Error: No signatures found matching the expected signature for payload.`,
      "failed signature",
    ],
    [
      "stripe-python's words",
      `stripe.error.SignatureVerificationError: Timestamp outside the tolerance zone`,
      "failed signature",
    ],
    ["an unhandled type", `${AT} Unhandled event type customer.subscription.paused ${EVENT}`, "arrived ignored"],
    ["a number that is no status", `${AT} webhook ${EVENT} took 500 ms`, "arrived"],
    [
      "a stack trace with a time of its own",
      `${AT} app[web.1]:     at handle (/app/webhooks/stripe.js:400:12)`,
      "no entry",
    ],
    ["a status of the stack below", `${AT} webhook ${EVENT} received\n    statusCode: 404`, "arrived"],
    [
      "an error below",
      `${AT} ERROR webhook ${EVENT}\nTraceback (most recent call last):\npsycopg2.errors: duplicate key value`,
      "failed database",
    ],
  ])("%s", (_, raw, expected) => {
    expect(verdict(raw)).toBe(expected);
  });
});

const json = (value: unknown): string => JSON.stringify(value);

describe("entries of JSON", () => {
  it.each([
    ["pino", { level: 30, time: MS, msg: `received ${EVENT}` }, "arrived"],
    [
      "pino, an error",
      { level: 50, time: MS, msg: `webhook ${EVENT}`, err: { type: "Error", message: "boom" } },
      "failed error",
    ],
    [
      "pino-http",
      {
        level: 30,
        time: MS,
        pid: 9,
        req: { id: 7, method: "POST", url: "/webhook" },
        res: { statusCode: 400 },
        msg: "request completed",
      },
      "failed 400",
    ],
    [
      "winston",
      { timestamp: "2026-11-02 06:00:00", level: "error", message: `webhook ${EVENT} ETIMEDOUT` },
      "failed timeout",
    ],
    ["bunyan", { v: 0, level: 50, time: AT, name: "app", msg: `webhook ${EVENT}` }, "failed error"],
    [
      "GCP, a request",
      { timestamp: AT, httpRequest: { requestMethod: "POST", requestUrl: "https://a.example/webhook", status: 502 } },
      "failed 502 connection",
    ],
    [
      "GCP, a payload",
      { timestamp: AT, severity: "INFO", jsonPayload: { message: `processed ${EVENT}` } },
      "processed",
    ],
    ["Docker", { log: `webhook ${EVENT} answered 200\n`, stream: "stdout", time: AT }, "answered 200"],
    [
      "JSON in Docker",
      { log: `${json({ level: 50, msg: `webhook ${EVENT}` })}\n`, stream: "stdout", time: AT },
      "failed error",
    ],
    [
      "CloudWatch",
      { timestamp: MS, message: `2026-11-02T06:00:00.000Z\t${UUID}\tERROR\tWebhook ${EVENT} Invalid signature` },
      "failed signature",
    ],
    ["a status as text", { time: AT, msg: "webhook", status: "200" }, "answered 200"],
    ["an error answered with 200", { time: AT, level: "error", msg: `webhook ${EVENT}`, status: 200 }, "failed error"],
    ["the status of a subscription", { time: AT, msg: `received ${EVENT}`, status: "past_due" }, "arrived"],
    [
      "the status of a call of its own",
      { time: AT, level: "warn", msg: `webhook ${EVENT}`, err: { statusCode: 404 } },
      "arrived",
    ],
    [
      "words of the payload",
      { time: AT, msg: `received ${EVENT}`, data: { object: { last_error: "failed" } } },
      "arrived",
    ],
  ])("%s", (_, value, expected) => {
    expect(verdict(json(value))).toBe(expected);
  });

  it("is found after a prefix, whose time counts where it has none", () => {
    const entry = parseEntry(`${AT} app[web.1]: ${json({ level: "error", msg: `webhook ${EVENT}` })}`, LATEST);
    expect(entry).toMatchObject({ isError: true, eventIds: [EVENT], time: { at: MS } });
  });
});

describe("what an entry names", () => {
  it.each([
    [
      "ids and types, each once",
      `${EVENT} ${TYPE} ${SUB} ${EVENT} ${TYPE}`,
      { eventIds: [EVENT], eventTypes: [TYPE], subscriptionIds: [SUB] },
    ],
    [
      "ids in escaped JSON",
      json({ msg: json({ id: EVENT, sub: SUB }) }),
      { eventIds: [EVENT], subscriptionIds: [SUB] },
    ],
    ["an id in a URL", `GET /events/${EVENT}?sub=%22${SUB}`, { eventIds: [EVENT], subscriptionIds: [SUB] }],
    ["a type of a subscription first", `invoice.paid ${TYPE}`, { eventTypes: [TYPE, "invoice.paid"] }],
    ["a thin event", "v1.customer.subscription.deleted", { eventTypes: ["customer.subscription.deleted"] }],
    ["no variable for an id", "evt_type=x evt_id=y", { eventIds: [] }],
    ["no member for a type", "webhook invoice.total customer.email", { eventTypes: [] }],
    ["Stripe's webhook", "POST /stripe/webhooks 400", { namesWebhook: true }],
    ["a path of another form", "POST /stripe/events 400", { namesWebhook: true }],
    ["another's webhook", "POST /webhooks/github 400", { namesWebhook: false }],
    ["a request's id", `[${UUID}] webhook`, { requestId: UUID }],
    ["a request's id by name", "request_id=abc-123 webhook", { requestId: "abc-123" }],
    ["a request's id in JSON", json({ msg: "webhook", reqId: "r-1" }), { requestId: "r-1" }],
  ])("%s", (_, raw, expected) => {
    expect(parseEntry(raw, LATEST)).toMatchObject(expected);
  });
});
