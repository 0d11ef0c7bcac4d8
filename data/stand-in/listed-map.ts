import { firstIndex, type Listed, type NewestFirst } from "./newest-first";

/** Objects by their id, which can be set and deleted at any time, and their order in Stripe's lists. */
export class ListedMap<T extends Listed> extends Map<string, T> implements NewestFirst<T> {
  /** The order, until an object comes, goes or gets another `created`. */
  private order: Listed[] | null = null;

  constructor(objects: readonly T[]) {
    super();
    for (const each of objects) this.set(each.id, each);
  }

  override set(id: string, object: T): this {
    if (id !== object.id) throw new Error(`ListedMap: ${object.id} is set as ${id}. Set it by its own id.`);
    if (this.get(id)?.created !== object.created) this.order = null;
    return super.set(id, object);
  }

  override delete(id: string): boolean {
    this.order = null;
    return super.delete(id);
  }

  override clear(): void {
    this.order = null;
    super.clear();
  }

  get count(): number {
    return this.size;
  }

  at(index: number): T {
    const id = this.ordered()[index]?.id;
    const object = id === undefined ? undefined : this.get(id);
    if (object === undefined) throw new RangeError(`ListedMap: no object ${index} of ${this.size}`);
    return object;
  }

  indexOf(id: string): number {
    const object = this.get(id);
    if (object === undefined) return -1;
    const ordered = this.ordered();
    return firstIndex(ordered.length, (index) => byNewest(ordered[index] ?? object, object) >= 0);
  }

  indexAtCreated(time: number): number {
    const ordered = this.ordered();
    return firstIndex(ordered.length, (index) => (ordered[index]?.created ?? time) <= time);
  }

  /** Ids and times alone: an object that is replaced or edited in place keeps its position. */
  private ordered(): Listed[] {
    this.order ??= Array.from(this.values(), ({ id, created }) => ({ id, created })).sort(byNewest);
    return this.order;
  }
}

function byNewest(a: Listed, b: Listed): number {
  return b.created - a.created || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}
