import type { EntryParts } from "./log-entry";
import { readLogTime } from "./log-time";

const METHOD = "(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)";

/** An access log's request and answer: `"POST /webhooks HTTP/1.1" 400 35`, `POST /webhooks 400 12 ms`. */
const ACCESS = new RegExp(String.raw`"${METHOD} [^"]*" ([1-5]\d\d)\b|\b${METHOD} \S+ ([1-5]\d\d)\b`);

/** Where else an answer's status stands, most certain first. */
const STATUSES: readonly RegExp[] = [
  /<--\s+\[([1-5]\d\d)\]/,
  /\bCompleted ([1-5]\d\d)\b/,
  /\b(?:http[_ ]?)?(?:response[_ ]?)?(?:status(?:[_ ]?code)?|code)["']?\s*(?:[:=]>?\s*|\s)["']?([1-5]\d\d)\b/i,
  /\bHTTP(?:\/\d(?:\.\d)?)?"?\s+([1-5]\d\d)\b/,
  /(?:->|=>|→|\b(?:returned|responded|responding|response|answered|replied)(?: with)?|\bwith)\s+(?:HTTP\s+)?([1-5]\d\d)\b/i,
  new RegExp(String.raw`\b([1-5]\d\d) ${METHOD} /`),
];

/** Django names the answer in words: `Bad Request: /webhooks/`. */
const DJANGO: readonly (readonly [RegExp, number])[] = [
  [/\bBad Request: \//, 400],
  [/\bUnauthorized: \//, 401],
  [/\bForbidden(?: \([^)]*\))?: \//, 403],
  [/\bNot Found: \//, 404],
  [/\bMethod Not Allowed(?: \([^)]*\))?: \//, 405],
  [/\bInternal Server Error: \//, 500],
];

const ERROR_LEVEL =
  /\b(?:ERROR|ERR|FATAL|CRITICAL|SEVERE|EMERGENCY|ALERT)\b|\b(?:level|lvl|severity)=["']?(?:error|fatal|crit)|\[(?:error|crit|alert|emerg)\]/;
const REQUEST_ID =
  /\b(?:request|req|correlation|trace)[_-]?id["']?\s*[:=]\s*["']?([\w-]{6,64})|\b([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b/i;

/** How far into a line its status and its message are looked for, in characters. */
const HEAD = 2000;
const MESSAGE = 600;

/**
 * Reads an entry of plain text: of Rails, Laravel, Django, Express, nginx, Apache, Heroku, journald, Kubernetes or `stripe listen`.
 *
 * The status is that of the first line alone: a stack trace below it has line numbers and statuses of other requests.
 */
export function parseTextEntry(text: string, latest: number): EntryParts {
  const end = text.indexOf("\n");
  const line = (end < 0 ? text : text.slice(0, end)).slice(0, HEAD);
  const payload = line.search(/[{]|\[object/);
  const access = ACCESS.exec(line);
  const requestId = REQUEST_ID.exec(line.slice(0, 300));
  return {
    time: readLogTime(line, latest),
    status: access === null ? statusIn(line) : Number(access[1] ?? access[2]),
    isError: ERROR_LEVEL.test(payload < 0 ? line : line.slice(0, payload)),
    message: (payload < 0 ? line : line.slice(0, payload)).slice(0, MESSAGE),
    requestId: requestId?.[1] ?? requestId?.[2] ?? null,
    isRequest: access !== null,
  };
}

function statusIn(line: string): number | null {
  for (const pattern of STATUSES) {
    const found = pattern.exec(line);
    if (found !== null) return Number(found[1]);
  }
  return DJANGO.find(([pattern]) => pattern.test(line))?.[1] ?? null;
}
