/** Ids shaped like Stripe's: a growing part for the time, the account's fragment and a random tail. */

import { randomOf } from "./random";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Keeps the five characters of time from running over between 2008 and 2037. */
const EPOCH = 1_200_000_000;

/** So many random characters; the name decides them. */
export function randomText(name: string, length: number): string {
  const random = randomOf(`text ${name}`);
  let text = "";
  for (let i = 0; i < length; i++) text += ALPHABET.charAt(Math.floor(random() * ALPHABET.length));
  return text;
}

function timePart(seconds: number): string {
  let left = seconds - EPOCH;
  let text = "";
  for (let i = 0; i < 5; i++) {
    text = ALPHABET.charAt(left % 62) + text;
    left = Math.floor(left / 62);
  }
  return text;
}

/** A long id such as `sub_1PD5ZJIgSzDCinL07GYJ1sgK`, made at Unix seconds in the account of that fragment. */
export function longId(prefix: string, seconds: number, fragment: string, name: string): string {
  return `${prefix}_1${timePart(seconds)}${fragment}${randomText(`${prefix} ${name}`, 8)}`;
}

/** A short id such as `cus_QvT5sJr0n2XbLm`. */
export function shortId(prefix: string, name: string): string {
  return `${prefix}_${randomText(`${prefix} ${name}`, 14)}`;
}
