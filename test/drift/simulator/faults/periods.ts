/** Faults in how the consumer writes the times of the billing period. */

import type { MakeFault } from "../fault";
import { pick } from "../random";
import { sinceDeployment, sinceEither } from "./scope";

/** Since an upgrade the period stands on the items, and the consumer still looks for it on the subscription. */
export const apiVersionMovedFields: MakeFault = (world, random, extent) => {
  const scope = sinceDeployment(world, random, extent);
  const leavesOld = random() < 0.4;
  return {
    code: "api_version_moved_fields",
    from: scope.from,
    to: null,
    shape: scope.shape,
    writes: (written, event, row) => {
      if (!scope.holds(event)) return written;
      return {
        ...written,
        current_period_start: leavesOld ? (row?.current_period_start ?? null) : null,
        current_period_end: leavesOld ? (row?.current_period_end ?? null) : null,
      };
    },
  };
};

/** Winter and summer offsets of time zones, in hours. */
const ZONES = [
  [1, 2],
  [-5, -4],
  [-8, -7],
  [5.5, 5.5],
  [9, 9],
  [-3, -3],
] as const;

/** From the last Sunday of March to that of October, near enough. */
function isSummer(seconds: number): boolean {
  const date = new Date(seconds * 1000);
  const day = date.getUTCMonth() * 31 + date.getUTCDate();
  return day > 2 * 31 + 27 && day <= 9 * 31 + 27;
}

/** Times are written as the wall clock of a time zone and kept as if that were UTC, or the reverse. */
export const timezoneShift: MakeFault = (world, random, extent) => {
  const scope = sinceEither(world, random, extent);
  const [winter, summer] = pick(random, ZONES);
  const sign = random() < 0.5 ? 1 : -1;
  const endAlone = random() < 0.25;
  const shift = (time: number | null): number | null =>
    time === null ? null : time + sign * 3600 * (isSummer(time) ? summer : winter);
  return {
    code: "timezone_shift",
    from: scope.from,
    to: null,
    shape: scope.shape,
    writes: (written, event) => {
      if (!scope.holds(event)) return written;
      return {
        ...written,
        current_period_start: endAlone ? written.current_period_start : shift(written.current_period_start),
        current_period_end: shift(written.current_period_end),
      };
    },
  };
};

/** Seconds are taken for milliseconds, or milliseconds for seconds. */
export const unitError: MakeFault = (world, random, extent) => {
  const scope = sinceEither(world, random, extent);
  const factor = random() < 0.7 ? 0.001 : 1000;
  const convert = (time: number | null): number | null => (time === null ? null : Math.floor(time * factor));
  return {
    code: "unit_error",
    from: scope.from,
    to: null,
    shape: scope.shape,
    writes: (written, event) => {
      if (!scope.holds(event)) return written;
      return {
        ...written,
        current_period_start: convert(written.current_period_start),
        current_period_end: convert(written.current_period_end),
      };
    },
  };
};
