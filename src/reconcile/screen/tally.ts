import { ENDED_STATUSES } from "../../subscription";
import type { ScannedSide } from "./scan-side";
import * as record from "./scanner/record";

/** A value of a dimension of the population. */
export interface CountedValue {
  readonly dimension: string;
  /** null where the subscriptions have none. */
  readonly value: string | null;
  readonly subscriptions: number;
  /** Calls `take` for each day, counted from 1970, and how many subscriptions there are of it. */
  eachDay(take: (day: number, subscriptions: number) => void): void;
}

/** Counts of up to so many cells are kept. */
const MOST_CELLS = 4_194_304;

/** Counts by the number of a value and a day. */
class DayCounts {
  /** Set when there were more cells than are kept. */
  isOverfull = false;
  readonly #days: number;
  readonly #dense: Uint32Array | null;
  readonly #sparse = new Map<number, number>();
  /** By value the keys of `#sparse`. */
  #cells: Map<number, number[]> | null = null;

  constructor(values: number, days: number) {
    this.#days = days;
    this.#dense = values * days <= MOST_CELLS ? new Uint32Array(values * days) : null;
  }

  add(value: number, day: number): void {
    const cell = value * this.#days + day;
    if (this.#dense !== null) this.#dense[cell] = (this.#dense[cell] as number) + 1;
    else if (this.#sparse.size < MOST_CELLS || this.#sparse.has(cell))
      this.#sparse.set(cell, (this.#sparse.get(cell) ?? 0) + 1);
    else this.isOverfull = true;
  }

  /** How much was counted of each value. */
  totals(): Map<number, number> {
    const totals = new Map<number, number>();
    this.#each((value, _, count) => totals.set(value, (totals.get(value) ?? 0) + count));
    return totals;
  }

  /** Calls `take` for each day that was counted of a value. */
  eachDay(value: number, take: (day: number, count: number) => void): void {
    const days = this.#days;
    const dense = this.#dense;
    if (dense === null) {
      for (const cell of this.#cellsOf(value)) take(cell % days, this.#sparse.get(cell) as number);
      return;
    }
    for (let day = 0, cell = value * days; day < days; day++, cell++)
      if (dense[cell] !== 0) take(day, dense[cell] as number);
  }

  #each(take: (value: number, day: number, count: number) => void): void {
    const days = this.#days;
    const dense = this.#dense;
    if (dense === null) for (const [cell, count] of this.#sparse) take(Math.floor(cell / days), cell % days, count);
    else
      for (let cell = 0; cell < dense.length; cell++)
        if (dense[cell] !== 0) take(Math.floor(cell / days), cell % days, dense[cell] as number);
  }

  #cellsOf(value: number): readonly number[] {
    if (this.#cells === null) {
      this.#cells = new Map();
      for (const cell of this.#sparse.keys()) {
        const of = Math.floor(cell / this.#days);
        const cells = this.#cells.get(of);
        if (cells === undefined) this.#cells.set(of, [cell]);
        else cells.push(cell);
      }
    }
    return this.#cells.get(value) ?? [];
  }
}

const DAY_SECONDS = 86_400;
const LIVEMODES = [null, "true", "false"] as const;

/** Sums up the pairs that are proved equal: what the survey, the vocabulary and the population need of them. */
export class Tally {
  pairs = 0;
  readonly #stripeStatuses: Uint32Array;
  readonly #databaseStatuses: Uint32Array;
  stripeLive = 0;
  stripeTest = 0;
  databaseLive = 0;
  databaseTest = 0;

  readonly #stripe: ScannedSide;
  readonly #database: ScannedSide;
  readonly #tenants: string[];
  /** Stripe's numbers of tenants → the numbers in `#tenants`. */
  readonly #stripeTenants: Int32Array;
  readonly #firstDay: number;
  readonly #all: DayCounts;
  readonly #created: DayCounts;
  readonly #hours = new Uint32Array(24);
  readonly #byTenant: DayCounts;
  readonly #byPrice: DayCounts;
  readonly #byStatus: DayCounts;
  readonly #byCurrency: DayCounts;
  readonly #byMode: DayCounts;
  readonly #byFragment: DayCounts;
  readonly #byMonth: DayCounts;
  /** Of each day its month, counted from the year 0. */
  readonly #months: Int32Array;

  constructor(stripe: ScannedSide, database: ScannedSide) {
    this.#stripe = stripe;
    this.#database = database;
    const tenants = new Map(database.words.tenant.map((tenant, code) => [tenant, code]));
    // No tenant is not the tenant without a name.
    tenants.delete("");
    this.#tenants = [...database.words.tenant];
    this.#stripeTenants = Int32Array.from(stripe.words.tenant, (tenant, code) => {
      if (code === 0) return 0;
      const known = tenant === "" ? undefined : tenants.get(tenant);
      return known ?? this.#tenants.push(tenant) - 1;
    });
    this.#firstDay = Math.floor((stripe.oldest ?? 0) / DAY_SECONDS);
    const days = Math.floor((stripe.lastChange ?? 0) / DAY_SECONDS) - this.#firstDay + 1;
    const counts = (values: number): DayCounts => new DayCounts(values, days);
    this.#stripeStatuses = new Uint32Array(stripe.words.status.length);
    this.#databaseStatuses = new Uint32Array(database.words.status.length);
    this.#all = counts(1);
    this.#created = counts(1);
    this.#byTenant = counts(this.#tenants.length);
    this.#byPrice = counts(stripe.words.price.length);
    this.#byStatus = counts(stripe.words.status.length);
    this.#byCurrency = counts(stripe.words.currency.length);
    this.#byMode = counts(LIVEMODES.length);
    this.#byFragment = counts(stripe.words.fragment.length);
    this.#months = Int32Array.from({ length: days }, (_, day) => monthOf(day + this.#firstDay));
    this.#byMonth = counts((this.#months.at(-1) as number) - (this.#months[0] as number) + 1);
  }

  /** Whether there were more different values and days than can be counted. */
  get isOverfull(): boolean {
    const counts = [this.#byTenant, this.#byPrice, this.#byStatus, this.#byCurrency, this.#byFragment, this.#byMonth];
    return counts.some((each) => each.isOverfull);
  }

  /** Adds a pair. Words are as in `record`. */
  add(ours: Uint32Array, at: number, theirs: Uint32Array, other: number): void {
    const days = ours[at + record.DAYS] as number;
    const created = (days & 0xffff) - this.#firstDay;
    const day = (days >>> 16) - this.#firstDay;
    const price = ours[at + record.PRICE] as number;
    const packed = ours[at + record.PACKED] as number;
    const theirPacked = theirs[other + record.PACKED] as number;
    const mode = (packed >>> 8) & (record.LIVE | record.TEST);
    const theirMode = (theirPacked >>> 8) & (record.LIVE | record.TEST);
    const tenant = theirs[other + record.TENANT] as number;
    this.pairs++;
    this.#stripeStatuses[packed >>> 16] = (this.#stripeStatuses[packed >>> 16] as number) + 1;
    this.#databaseStatuses[theirPacked >>> 16] = (this.#databaseStatuses[theirPacked >>> 16] as number) + 1;
    if (mode === record.LIVE) this.stripeLive++;
    if (mode === record.TEST) this.stripeTest++;
    if (theirMode === record.LIVE) this.databaseLive++;
    if (theirMode === record.TEST) this.databaseTest++;
    const hour = (ours[at + record.LENGTH] as number) >>> 24;
    this.#hours[hour] = (this.#hours[hour] as number) + 1;
    this.#all.add(0, day);
    this.#created.add(0, created);
    this.#byTenant.add(
      tenant !== 0 ? tenant : (this.#stripeTenants[ours[at + record.TENANT] as number] as number),
      day,
    );
    this.#byPrice.add(price & 0xffff, day);
    this.#byCurrency.add(price >>> 16, day);
    this.#byStatus.add(packed >>> 16, day);
    const told = mode === 0 ? theirMode : mode;
    this.#byMode.add(told === record.LIVE ? 1 : told === record.TEST ? 2 : 0, day);
    this.#byFragment.add(ours[at + record.FRAGMENT] as number, day);
    this.#byMonth.add((this.#months[created] as number) - (this.#months[0] as number), day);
  }

  /** How often each status word of the database stands in the pairs. */
  databaseWords(): Map<string, number> {
    return counted(this.#database.words.status, this.#databaseStatuses);
  }

  /** How many subscriptions of the pairs have ended, and how many of those were canceled. */
  ended(): { ended: number; canceled: number } {
    const words = counted(this.#stripe.words.status, this.#stripeStatuses);
    const ended = ENDED_STATUSES.reduce((sum, status) => sum + (words.get(status) ?? 0), 0);
    return { ended, canceled: words.get("canceled") ?? 0 };
  }

  /** The values of the population. */
  population(): CountedValue[] {
    const { words } = this.#stripe;
    const named = (texts: readonly string[]) => (code: number) => (code === 0 ? null : (texts[code] as string));
    const tell = (dimension: string, counts: DayCounts, textOf: (code: number) => string | null): CountedValue[] =>
      [...counts.totals()].map(([code, subscriptions]) => ({
        dimension,
        value: textOf(code),
        subscriptions,
        eachDay: (take) => counts.eachDay(code, (day, count) => take(day + this.#firstDay, count)),
      }));
    return [
      ...tell("all", this.#all, () => ""),
      ...tell("event", this.#created, () => "created"),
      ...tell("tenant_id", this.#byTenant, named(this.#tenants)),
      ...tell("price_id", this.#byPrice, named(words.price)),
      ...tell("stripe_status", this.#byStatus, named(words.status)),
      ...tell("currency", this.#byCurrency, named(words.currency)),
      ...tell("livemode", this.#byMode, (code) => LIVEMODES[code] ?? null),
      ...tell("account_fragment", this.#byFragment, named(words.fragment)),
      ...tell("created_month", this.#byMonth, (code) => monthText(code + (this.#months[0] as number))),
      ...[...this.#hours].flatMap((subscriptions, hour) =>
        subscriptions === 0 ? [] : [withoutDays("hour_of_day", String(hour).padStart(2, "0"), subscriptions)],
      ),
    ];
  }

  /** The account fragments and how many subscriptions carry each; null for those that carry none. */
  fragments(): Map<string | null, number> {
    const found = new Map<string | null, number>();
    for (const [value, count] of this.#byFragment.totals())
      found.set(value === 0 ? null : (this.#stripe.words.fragment[value] as string), count);
    return found;
  }

  /** The currencies that occur. */
  currencies(): Set<string> {
    const found = new Set<string>();
    for (const value of this.#byCurrency.totals().keys())
      if (value > 0) found.add(this.#stripe.words.currency[value] as string);
    return found;
  }
}

/** A value that is not told by day. */
export function withoutDays(dimension: string, value: string, subscriptions: number): CountedValue {
  return { dimension, value, subscriptions, eachDay: () => undefined };
}

function monthOf(day: number): number {
  const date = new Date(day * DAY_SECONDS * 1000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function monthText(month: number): string {
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
}

function counted(words: readonly string[], counts: Uint32Array): Map<string, number> {
  return new Map(words.flatMap((word, code) => ((counts[code] ?? 0) > 0 ? [[word, counts[code] as number]] : [])));
}
