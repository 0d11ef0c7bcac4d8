import type { EntryParts } from "./log-entry";
import { type LogTime, readJsonTime } from "./log-time";
import { parseTextEntry } from "./parse-text-entry";

type Members = Readonly<Record<string, unknown>>;

/** Names of the members, best first, in the logs of pino, winston, bunyan, GCP, AWS, Docker, Logstash, log4j and slog. */
const TIMES = [
  "time",
  "timestamp",
  "@timestamp",
  "ts",
  "datetime",
  "date",
  "asctime",
  "eventTime",
  "timeMillis",
  "time_iso8601",
  "time_local",
  "@t",
  "receiveTimestamp",
  "__REALTIME_TIMESTAMP",
];
const STATUSES = [
  "statusCode",
  "status_code",
  "status",
  "responseStatus",
  "response_status",
  "http_status",
  "httpStatus",
];
const LEVELS = ["level", "severity", "levelname", "log.level", "level_name", "@l"];
const MESSAGES = ["msg", "message", "short_message", "log", "textPayload", "event", "MESSAGE", "@m"];
const PATHS = ["url", "path", "uri", "requestUrl", "request_uri", "originalUrl"];
const REQUEST_IDS = [
  "requestId",
  "request_id",
  "reqId",
  "req_id",
  "awsRequestId",
  "x-request-id",
  "correlationId",
  "correlation_id",
  "traceId",
  "trace_id",
  "trace",
];
/** Members that hold more of the entry itself, not of the payload. */
const PARTS = [
  "jsonPayload",
  "httpRequest",
  "http",
  "req",
  "request",
  "res",
  "response",
  "meta",
  "metadata",
  "context",
  "extra",
  "fields",
  "@fields",
  "attributes",
  "properties",
  "record",
];
const ERRORS = ["err", "error", "exception", "exc_info", "stack"];
const KNOWN = [...TIMES, ...STATUSES, ...LEVELS, ...MESSAGES, ...ERRORS, "jsonPayload", "httpRequest", "req"];

/** How deep the parts of an entry may lie in one another. */
const DEEPEST = 4;

/**
 * Reads an entry of JSON, and what is logged as text inside of it.
 *
 * @returns null when it is no JSON object with members that logs have
 */
export function parseJsonEntry(text: string, latest: number): EntryParts | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isMembers(value) || !KNOWN.some((name) => Object.hasOwn(value as object, name))) return null;
  return readMembers(value, latest, 0);
}

function readMembers(entry: Members, latest: number, depth: number): EntryParts {
  const parts: EntryParts[] = [];
  const words: string[] = [];
  for (const name of MESSAGES) {
    const message = entry[name];
    if (typeof message === "string") {
      const inner = message.startsWith("{") && depth < DEEPEST ? parseJsonEntry(message, latest) : null;
      parts.push(inner ?? { ...parseTextEntry(message, latest), isError: false });
    } else if (isMembers(message) && depth < DEEPEST) parts.push(readMembers(message, latest, depth + 1));
  }
  for (const name of ERRORS) words.push(errorText(entry[name]));
  if (depth < DEEPEST)
    for (const name of PARTS) {
      const part = entry[name];
      if (isMembers(part)) parts.push(readMembers(part, latest, depth + 1));
    }
  const first = <K extends keyof EntryParts>(key: K): EntryParts[K] | null =>
    parts.map((part) => part[key]).find((value) => value !== null) ?? null;
  const isRequest = typeof entry["method"] === "string" || typeof entry["requestMethod"] === "string";
  return {
    time: ownTime(entry, latest) ?? first("time"),
    status: ownStatus(entry) ?? first("status"),
    isError: isErrorLevel(entry) || parts.some((part) => part.isError),
    message: [...parts.map((part) => part.message), ...words].filter((word) => word !== "").join(" "),
    requestId: ownText(entry, REQUEST_IDS) ?? requestNumber(entry) ?? first("requestId"),
    isRequest: (isRequest && ownText(entry, PATHS) !== null) || parts.some((part) => part.isRequest),
  };
}

function ownTime(entry: Members, latest: number): LogTime | null {
  for (const name of TIMES) {
    const time = readJsonTime(entry[name], latest);
    if (time !== null) return time;
  }
  const instant = entry["instant"];
  return isMembers(instant) ? readJsonTime(instant["epochSecond"], latest) : null;
}

function ownStatus(entry: Members): number | null {
  for (const name of STATUSES) {
    const status = Number(entry[name] ?? Number.NaN);
    if (Number.isInteger(status) && status >= 100 && status <= 599) return status;
  }
  return null;
}

/** Pino and bunyan number the levels: 50 is an error. */
function isErrorLevel(entry: Members): boolean {
  return LEVELS.some((name) => {
    const level = entry[name];
    return typeof level === "number" ? level >= 50 : /^(error|err|fatal|crit|alert|emerg|severe)/i.test(String(level));
  });
}

/** pino-http numbers the requests of a process: `{"pid": 12, "req": {"id": 7}}`. */
function requestNumber(entry: Members): string | null {
  const request = entry["req"];
  if (!isMembers(request)) return null;
  const id = request["id"];
  return typeof id === "string" || typeof id === "number" ? `${String(entry["pid"] ?? "")} ${id}` : null;
}

function ownText(entry: Members, names: readonly string[]): string | null {
  for (const name of names) {
    const text = entry[name];
    if (typeof text === "string" && text !== "") return text.slice(0, 200);
  }
  return null;
}

function errorText(error: unknown): string {
  if (typeof error === "string") return error.slice(0, 300);
  if (!isMembers(error)) return "";
  const said = [error["type"] ?? error["name"], error["message"]].filter((text) => typeof text === "string");
  return said.join(": ").slice(0, 300);
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
