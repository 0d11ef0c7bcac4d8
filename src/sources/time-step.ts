/** How exactly an export writes times, in seconds: 1, 60 when cut to the minute, 86,400 when cut to the day. */
export type TimeStep = 1 | 60 | 86_400;

/** So many times without seconds are no accident. */
const MANY = 20;

/** How exactly these times are written. Cut times are compared cut, or all of them would differ. */
export function timeStepOf(times: readonly string[]): TimeStep {
  if (times.length === 0) return 1;
  const every = (pattern: RegExp): boolean => times.every((time) => pattern.test(time.trim()));
  if (every(/^\d{4}[-/]\d\d?[-/]\d\d?$/)) return 86_400;
  if (times.length >= MANY && every(/^\d{4}-\d\d-\d\d[ T]00:00(:00(\.0+)?)?(Z| ?[+-]00(:?00)?)?$/)) return 86_400;
  if (every(/^\d{4}[-/]\d\d?[-/]\d\d?[ T]\d\d?:\d\d$/)) return 60;
  if (times.length >= MANY && every(/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:00(\.0+)?)?(Z| ?[+-]\d\d(:?\d\d)?)?$/)) return 60;
  return 1;
}
