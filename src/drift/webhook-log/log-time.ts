/** The time of a log entry. */
export interface LogTime {
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
  /** Whether the entry said its time zone; where it did not, UTC is taken. */
  readonly zoned: boolean;
}

const DAY = 86_400_000;
/** Logs of webhooks lie between these times. Stripe opened in 2011. */
const EARLIEST = Date.UTC(2010, 0);
const LATEST = Date.UTC(2100, 0);

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const CLOCK = String.raw`(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?`;
const ZONE = String.raw`(Z| ?UTC| ?GMT| ?[+-]\d\d:?\d\d(?!\d)|[+-]\d\d(?![\d:-]))?`;
const DATE = String.raw`(\d{4})[-/](\d\d)[-/](\d\d)(?:T| {1,2})${CLOCK}${ZONE}`;

/** `[02/Nov/2026:06:00:00 +0000]`, of Apache, nginx and gunicorn. */
const COMMON_LOG = new RegExp(String.raw`\b(\d\d?)/([A-Z][a-z]{2})/(\d{4})[: ]${CLOCK}(?: ?([+-]\d{4}))?`);
/** ISO 8601 and its kin, with at most three words before it, so that it is the entry's own time and none it tells of. */
const ISO = new RegExp(String.raw`^(?:\S{1,100}\s+){0,3}?[^\d\s]{0,100}?${DATE}`);
/** The time of an entry that names it: `Started POST "/webhooks" for 1.2.3.4 at 2026-11-02 06:00:00 +0000`, `time="…"`. */
const NAMED_ISO = new RegExp(String.raw`(?:\bfor \S+ at |\b(?:time|ts|timestamp|at)="?)${DATE}`);
/** `Mon Nov 02 06:00:00.123456 2026`, of Apache's error log. */
const CTIME = new RegExp(String.raw`[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d\d?) ${CLOCK} (?:(UTC|GMT) )?(\d{4})\b`);
/** `Mon, 02 Nov 2026 06:00:00 GMT`. */
const MAIL = new RegExp(String.raw`\b(\d\d?) ([A-Z][a-z]{2}) (\d{4}) ${CLOCK}${ZONE}`);
/** `Nov  2 06:00:00 host app[12]:` of syslog and journald; the year has to be found. */
const SYSLOG = new RegExp(String.raw`^(?:<\d{1,3}>)?([A-Z][a-z]{2}) {1,2}(\d\d?) ${CLOCK}`);
/** `E1102 06:00:00.123456`, of Kubernetes' own parts. */
const KLOG = new RegExp(String.raw`^[IWEF](\d\d)(\d\d) ${CLOCK}`);
const EPOCH = /^\[?(\d{10}(?:\.\d{1,9})?|\d{13}|\d{16}|\d{19})\b|\bts=(\d{10}(?:\.\d{1,9})?|\d{13}|\d{16}|\d{19})\b/;

/**
 * The time a log line states about itself, in any of the usual formats; null when there is none.
 *
 * @param latest - milliseconds; a date without a year lies in the last year that does not put it after this
 */
export function readLogTime(line: string, latest: number): LogTime | null {
  const head = line.slice(0, 400);
  let found = COMMON_LOG.exec(head);
  if (found !== null) {
    const [, day, month, year, ...clock] = found;
    return timeOf(year, monthOf(month), day, clock);
  }
  found = ISO.exec(head) ?? NAMED_ISO.exec(head);
  if (found !== null) {
    const [, year, month, day, ...clock] = found;
    return timeOf(year, month, day, clock);
  }
  found = CTIME.exec(head);
  if (found !== null) {
    const [, month, day, hour, minute, second, part, zone, year] = found;
    return timeOf(year, monthOf(month), day, [hour, minute, second, part, zone]);
  }
  found = MAIL.exec(head);
  if (found !== null) {
    const [, day, month, year, ...clock] = found;
    return timeOf(year, monthOf(month), day, clock);
  }
  found = SYSLOG.exec(head);
  if (found !== null) {
    const [, month, day, ...clock] = found;
    return withoutYear(monthOf(month), day, clock, latest);
  }
  found = KLOG.exec(head);
  if (found !== null) {
    const [, month, day, ...clock] = found;
    return withoutYear(month, day, clock, latest);
  }
  found = EPOCH.exec(head);
  return found === null ? null : epochTime(Number(found[1] ?? found[2]));
}

/** The time in a member of a JSON entry: ISO text, or a number of seconds, milli-, micro- or nanoseconds since 1970. */
export function readJsonTime(value: unknown, latest: number): LogTime | null {
  if (typeof value === "number") return epochTime(value);
  if (typeof value !== "string" || value.length > 60) return null;
  return /^\d{9,19}(\.\d+)?$/.test(value) ? epochTime(Number(value)) : readLogTime(value, latest);
}

/** The unit shows in the size: seconds have ten digits in our time, each smaller unit three more. */
function epochTime(number: number): LogTime | null {
  let at = number;
  if (at < 1e11) at *= 1000;
  while (at >= 1e14) at /= 1000;
  return inRange(Math.trunc(at), true);
}

function inRange(at: number, zoned: boolean): LogTime | null {
  return at >= EARLIEST && at < LATEST ? { at, zoned } : null;
}

type Texts = readonly (string | undefined)[];

/** `clock`: hour, minute, second, fraction, zone. */
function timeOf(year: string | undefined, month: string | undefined, day: string | undefined, clock: Texts) {
  const [hour, minute, second, fraction, zone] = clock;
  const [months, days, hours, minutes] = [Number(month) - 1, Number(day), Number(hour), Number(minute)];
  const date = Date.UTC(Number(year), months, days);
  const isDate = new Date(date).getUTCMonth() === months && days > 0;
  if (!isDate || hours > 23 || minutes > 59 || Number(second) > 60) return null;
  const milliseconds = Math.trunc(Number(`0.${fraction ?? 0}`) * 1000);
  const local = date + ((hours * 60 + minutes) * 60 + Number(second)) * 1000 + milliseconds;
  return inRange(local - offsetOf(zone), zone !== undefined);
}

function withoutYear(month: string | undefined, day: string | undefined, clock: Texts, latest: number): LogTime | null {
  const year = new Date(latest + DAY).getUTCFullYear();
  for (const candidate of [year, year - 1]) {
    const time = timeOf(String(candidate), month, day, clock);
    if (time !== null && time.at <= latest + DAY) return time;
  }
  return null;
}

function monthOf(name: string | undefined): string | undefined {
  return String(MONTHS.indexOf((name ?? "").toLowerCase()) + 1);
}

function offsetOf(zone: string | undefined): number {
  const [, sign, hours, minutes = "0"] = /([+-])(\d\d):?(\d\d)?/.exec(zone ?? "") ?? [];
  const offset = (Number(hours ?? 0) * 60 + Number(minutes)) * 60_000;
  return sign === "-" ? -offset : offset;
}
