import { LIVE_STATUSES } from "../../subscription";
import type { Matched } from "./match-sides";
import { groupsFor, RecordReader } from "./record-store";
import type { ScannedSide } from "./scan-side";
import * as record from "./scanner/record";

/** Subscriptions of a customer among the pairs that are proved equal: all of them, and those that live in Stripe. */
export interface CustomerCount {
  readonly customer: string;
  subscriptions: number;
  live: number;
}

/** So many bits of a hash tell most customers that are not asked for; a set of them fits in the cache of a processor. */
const FILTER_BITS = 20;

/**
 * Counts what the customers have among the pairs that are proved equal. Customers are known by the 128 bits of their hash.
 *
 * @param hashOf - the hash of a customer
 */
export async function countCustomers(
  customers: readonly string[],
  stripe: ScannedSide,
  { proved }: Matched,
  hashOf: (customer: string) => bigint,
  breathe: () => Promise<void>,
): Promise<CustomerCount[]> {
  const asked = new Map<bigint, CustomerCount>();
  for (const customer of customers) asked.set(hashOf(customer), { customer, subscriptions: 0, live: 0 });
  const lives = stripe.words.status.map((status) =>
    (LIVE_STATUSES as readonly string[]).includes(status.toLowerCase()),
  );
  const filter = new Uint32Array(2 ** (FILTER_BITS - 5));
  for (const hash of asked.keys()) {
    const bit = Number(hash & 0xffffffffn) >>> (32 - FILTER_BITS);
    filter[bit >>> 5] = (filter[bit >>> 5] as number) | (1 << (bit & 31));
  }
  const reader = new RecordReader(stripe.records);
  for (let part = 0; part < record.PARTS; part++) {
    const isProved = proved[part] as Uint8Array;
    const { records } = reader.part(part, groupsFor(isProved.length));
    for (let row = 0, at = 0; row < isProved.length; row++, at += record.STRIPE_WORDS) {
      if (isProved[row] === 0) continue;
      const bit = (records[at + record.CUSTOMER] as number) >>> (32 - FILTER_BITS);
      if (((filter[bit >>> 5] as number) & (1 << (bit & 31))) === 0) continue;
      const found = asked.get(wide(records, at + record.CUSTOMER));
      if (found === undefined) continue;
      found.subscriptions++;
      if (lives[(records[at + record.PACKED] as number) >>> 16] === true) found.live++;
    }
    await breathe();
  }
  return [...asked.values()].filter(({ subscriptions }) => subscriptions > 0);
}

function wide(words: Uint32Array, at: number): bigint {
  let value = 0n;
  for (let word = 3; word >= 0; word--) value = (value << 32n) | BigInt(words[at + word] as number);
  return value;
}
