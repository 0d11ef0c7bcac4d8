/** Ids shaped like Stripe's: the time, the account's fragment and a random tail. */

import { randomOf } from "./random";

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The part that every long id of the sample's account shares with the account id. */
export const ACCOUNT_FRAGMENT = "IgSzDCinL0";

/** The sample's Stripe account. */
export const ACCOUNT_ID = `acct_1HqP6j${ACCOUNT_FRAGMENT}`;

/** Shifts Unix seconds so that the six leading characters look as they do on ids of those years. */
const EPOCH = 54_000_000;

function tail(seed: string, length: number): string {
  const random = randomOf(`id ${seed}`);
  let text = "";
  for (let i = 0; i < length; i++) text += ALPHABET.charAt(Math.floor(random() * ALPHABET.length));
  return text;
}

function timePart(seconds: number): string {
  let left = seconds - EPOCH;
  let text = "";
  for (let i = 0; i < 6; i++) {
    text = ALPHABET.charAt(left % 62) + text;
    left = Math.floor(left / 62);
  }
  return text;
}

/** A long id (`sub_1TiW8hIgSzDCinL0aBcDeFgH`) created at Unix seconds; the seed decides its tail. */
export function longId(prefix: string, seconds: number, seed: string): string {
  return `${prefix}_${timePart(seconds)}${ACCOUNT_FRAGMENT}${tail(`${prefix} ${seed}`, 8)}`;
}

/** A short id (`cus_` and 14 characters); the seed decides all of it. */
export function shortId(prefix: string, seed: string): string {
  return `${prefix}_${tail(`${prefix} ${seed}`, 14)}`;
}
