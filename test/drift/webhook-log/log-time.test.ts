import { describe, expect, it } from "vitest";
import { type LogTime, readJsonTime, readLogTime } from "../../../src/drift/webhook-log/log-time";

const LATEST = Date.parse("2026-11-20T00:00:00Z");
const SIX = "2026-11-02T06:00:00.000Z";
const SPLIT = "2026-11-02T06:00:00.123Z";

const shown = (time: LogTime | null): string => (time === null ? "none" : new Date(time.at).toISOString());

describe("the time of a line", () => {
  it.each([
    ["ISO in UTC", "2026-11-02T06:00:00Z webhook", SIX, true],
    ["ISO with milliseconds", "2026-11-02T06:00:00.123Z webhook", SPLIT, true],
    ["ISO with nanoseconds, of Kubernetes", "2026-11-02T06:00:00.123456789Z stdout F webhook", SPLIT, true],
    ["ISO with an offset", "2026-11-02T08:00:00+02:00 webhook", SIX, true],
    ["ISO with an offset west", "2026-11-02 01:00:00 -0500 webhook", SIX, true],
    ["ISO with an offset of hours", "2026-11-02 01:00:00-05 webhook", SIX, true],
    ["ISO without a zone", "2026-11-02T06:00:00 webhook", SIX, false],
    ["Python's comma", "2026-11-02 06:00:00,123 ERROR webhook", SPLIT, false],
    ["UTC in words", "2026-11-02 06:00:00 UTC webhook", SIX, true],
    ["nginx's and Go's slashes", "2026/11/02 06:00:00 [error] 12#12: webhook", SIX, false],
    ["Laravel's brackets", "[2026-11-02 06:00:00] production.ERROR: webhook", SIX, false],
    ["Ruby's logger", "I, [2026-11-02T06:00:00.123456 #1234]  INFO -- : webhook", SPLIT, false],
    ["Java's, after the level", "ERROR [main] 2026-11-02 06:00:00,123 webhook", SPLIT, false],
    ["docker compose", "web-1  | 2026-11-02T06:00:00Z webhook", SIX, true],
    ["Heroku", "2026-11-02T06:00:00.123456+00:00 app[web.1]: webhook", SPLIT, true],
    ["Rails' own", 'Started POST "/webhooks" for 3.18.12.63 at 2026-11-02 06:00:00 +0000', SIX, true],
    ["logfmt", 'level=error msg=webhook time="2026-11-02T06:00:00Z"', SIX, true],
    ["nginx's access log", '3.18.12.63 - - [02/Nov/2026:06:00:00 +0000] "POST /webhook HTTP/1.1" 200', SIX, true],
    ["an access log west", '3.18.12.63 - - [02/Nov/2026:01:00:00 -0500] "POST /webhook HTTP/1.1" 200', SIX, true],
    ["Django's server", '[02/Nov/2026 06:00:00] "POST /webhook HTTP/1.1" 200 2', SIX, false],
    ["Apache's error log", "[Mon Nov 02 06:00:00.123456 2026] [proxy:error] webhook", SPLIT, false],
    ["a mail's date", "Mon, 02 Nov 2026 06:00:00 GMT webhook", SIX, true],
    ["syslog, which has no year", "Nov  2 06:00:00 web-1 app[12]: webhook", SIX, false],
    ["syslog of last year", "Dec 24 06:00:00 web-1 app[12]: webhook", "2025-12-24T06:00:00.000Z", false],
    ["syslog of a leap day", "Feb 29 06:00:00 web-1 app[12]: webhook", "none", false],
    ["syslog with its own priority", "<34>Nov  2 06:00:00 web-1 app[12]: webhook", SIX, false],
    ["Kubernetes' own parts", "E1102 06:00:00.123456       1 webhook.go:12] failed", SPLIT, false],
    ["seconds since 1970", "1793599200 webhook", SIX, true],
    ["milliseconds since 1970", "[1793599200123] webhook", SPLIT, true],
    ["a day that is none", "2026-02-30T06:00:00Z webhook", "none", false],
    ["an hour that is none", "2026-11-02T25:00:00Z webhook", "none", false],
    ["a year that cannot be", "1999-11-02T06:00:00Z webhook", "none", false],
    ["a time it tells of", "Webhook received for the period that ends 2026-12-01 00:00:00", "none", false],
    ["no time", "webhook received", "none", false],
    ["nothing", "", "none", false],
  ])("%s", (_, line, expected, zoned) => {
    const time = readLogTime(line, LATEST);
    expect(shown(time)).toBe(expected);
    if (time !== null) expect(time.zoned).toBe(zoned);
  });
});

describe("the time of a JSON entry", () => {
  it.each([
    ["seconds", 1793599200, SIX],
    ["seconds with a fraction", 1793599200.123, SPLIT],
    ["milliseconds", 1793599200123, SPLIT],
    ["microseconds", 1793599200123456, SPLIT],
    ["nanoseconds", 1793599200123456800, SPLIT],
    ["nanoseconds as text", "1793599200123456789", SPLIT],
    ["ISO", "2026-11-02T06:00:00.123Z", SPLIT],
    ["winston's without a zone", "2026-11-02 06:00:00", SIX],
    ["a number that is no time", 42, "none"],
    ["a word", "yesterday", "none"],
    ["an object", {}, "none"],
    ["nothing", undefined, "none"],
  ])("%s", (_, value, expected) => {
    expect(shown(readJsonTime(value, LATEST))).toBe(expected);
  });
});
