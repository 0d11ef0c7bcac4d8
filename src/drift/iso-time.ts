/** Milliseconds since 1970 as ISO 8601 in UTC, to the second: `2026-10-14T21:40:00Z`. */
export function isoTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
