import { withoutEventTypes } from "./event-types";
import type { LogEntry } from "./log-entry";

/**
 * What one entry says of a delivery:
 * `failed` it went wrong · `answered` with a 2xx · `processed` it says so in words · `arrived` it names the event, and nothing more.
 */
export interface Verdict {
  readonly kind: "failed" | "answered" | "processed" | "arrived";
  readonly status: number | null;
  /** The kind of a failure, such as `400 signature`; null otherwise. */
  readonly reason: string | null;
  /** Whether the application says that it does nothing with events of this type. */
  readonly ignored: boolean;
}

const FAILURE =
  /\b(?:errors?|fail(?:ed|ure|s|ing)?|exception|invalid|refused|rejected|denied|timed? ?out|timeout|unauthorized|forbidden|traceback|panic(?:ked)?|aborted|crash(?:ed)?|deadlock|could not|cannot|unable to|not (?:processed|handled|verified|delivered|found))\b|\w(?:Error|Exception)\b/gi;
const SUCCESS =
  /\b(?<!not (?:be )?|never )(?:processed|handled|succeeded|success(?:ful(?:ly)?)?|completed|acknowledged|ok|done|already (?:processed|handled)|duplicate)\b/gi;
/** Words that say that there was no failure. */
const NO_FAILURE =
  /\b(?:no|0|without|zero) (?:errors?|failures?|exceptions?)\b|\b(?:errors?|fail(?:ed|ures?)|exception)["']?\s*[:=]\s*["']?(?:null|none|nil|false|0|\[\]|\{\}|undefined)\b/gi;
const IGNORED =
  /\b(?:unhandled|unsupported|unknown|unexpected|ignor(?:ed|ing)|no handler for|skipp(?:ed|ing)|not handling)\b.{0,40}\b(?:event|type)|\bevent(?: type)?\b.{0,80}\b(?:ignored|not handled|unhandled|no handler)\b/i;

/**
 * Judges an entry. A status decides: 2xx is an answer, any other refuses the event, 3xx included, as Stripe sees it
 * (https://docs.stripe.com/webhooks#delivery-status); yet an entry logged as an error is a failure whatever was answered. Without
 * a status its words decide, the last one of them. Without either it arrived, and nothing says that it failed.
 */
export function judgeEntry(entry: LogEntry): Verdict {
  const { status, isError, message } = entry;
  const words = withoutEventTypes(message).replace(NO_FAILURE, " ");
  const ignored = IGNORED.test(words);
  const failed: Verdict = { kind: "failed", status, reason: reasonOf(entry), ignored: false };
  if (status !== null && status >= 300) return failed;
  if (status !== null && status >= 200 && !isError) return { kind: "answered", status, reason: null, ignored };
  if (ignored) return { kind: "arrived", status, reason: null, ignored };
  if (isError) return failed;
  const [failure, success] = [lastIndex(words, FAILURE), lastIndex(words, SUCCESS)];
  if (failure > success) return failed;
  return { kind: success >= 0 ? "processed" : "arrived", status: null, reason: null, ignored };
}

function lastIndex(text: string, pattern: RegExp): number {
  let last = -1;
  for (const { index } of text.matchAll(pattern)) last = index;
  return last;
}

/** Kinds of failure by their words, most telling first. The texts of Stripe's own libraries are among them. */
const KINDS: readonly (readonly [kind: string, words: RegExp])[] = [
  [
    "signature",
    /signature verification|SignatureVerification|signatures? found|(?:invalid|wrong|bad|missing|no) (?:webhook |stripe[ -])?signature|signature (?:is )?(?:mismatch|invalid|does not|failed|missing)|outside (?:of )?the tolerance|extract timestamp and signatures|webhook secret/i,
  ],
  ["csrf", /\bcsrf\b|InvalidAuthenticityToken|TokenMismatchException|page expired/i],
  ["timeout", /\btim(?:ed|e)[ -]?out\b|\bETIMEDOUT\b|\bcode=H12\b|deadline exceeded|\bReadTimeout|TimeoutError/i],
  [
    "connection",
    /\bECONN(?:REFUSED|RESET)\b|connection (?:was )?(?:refused|reset|closed)|no live upstreams|\bcode=H(?:10|13|14|18|20|99)\b|\bEHOSTUNREACH\b|\bENOTFOUND\b/i,
  ],
  [
    "database",
    /\bdeadlock\b|duplicate key|violates .{0,20}constraint|invalid input value for enum|connection pool|too many connections|\b(?:PG|Postgres|SQL|Database|Query|Prisma\w*|ActiveRecord|Integrity|Data)(?:::\w+)?(?:Error|Exception)|SQLSTATE/i,
  ],
];
const CLASS = /\b([A-Z]\w{2,40}(?:Error|Exception))\b/;

function reasonOf({ status, text }: LogEntry): string {
  const kind =
    KINDS.find(([, words]) => words.test(text))?.[0] ??
    (status === 504 ? "timeout" : status === 502 || status === 503 ? "connection" : null);
  const answer = status !== null && status >= 300 ? String(status) : null;
  if (answer !== null) return kind === null ? answer : `${answer} ${kind}`;
  return kind ?? CLASS.exec(text)?.[1] ?? "error";
}
