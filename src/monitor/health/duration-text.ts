const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time for people, in its two largest units: `45 s`, `12 min`, `2 h 40 min`, `3 days 4 h`. */
export function durationText(milliseconds: number): string {
  const [minutes, hours] = [Math.round(milliseconds / MINUTE), Math.round(milliseconds / HOUR)];
  if (milliseconds < MINUTE) return `${Math.round(milliseconds / 1000)} s`;
  if (minutes < 60) return `${minutes} min`;
  if (hours < 48) return joined(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const days = Math.floor(hours / 24);
  return days < 14 ? joined(days, "days", hours % 24, "h") : `${Math.round(milliseconds / DAY)} days`;
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
