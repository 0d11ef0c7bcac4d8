/** Subscriptions and their rows lie between these times; what does not was written in the wrong unit and tells no time. */
const EARLIEST = Date.UTC(1990, 0);
const LATEST = Date.UTC(2200, 0);

/** Milliseconds of an ISO time; null for none, and for one that cannot be. */
export function parseTime(text: string | null | undefined): number | null {
  const time = Date.parse(text ?? "");
  return time >= EARLIEST && time <= LATEST ? time : null;
}
