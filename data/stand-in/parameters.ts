import { ApiError } from "./api-error";
import { ALWAYS, type Range } from "./range";

const BOUNDS = ["gt", "gte", "lt", "lte"] as const;

/**
 * The query of one request, in the form in which Stripe's clients send it.
 *
 * Each endpoint takes what it knows; `refuseOthers` then answers what is left, so that no filter is ignored in silence.
 */
export class Parameters {
  private readonly query: URLSearchParams;
  private readonly taken = new Set<string>();

  constructor(query: URLSearchParams) {
    this.query = query;
  }

  text(name: string): string | undefined {
    this.taken.add(name);
    return this.query.get(name) ?? undefined;
  }

  boolean(name: string): boolean | undefined {
    const text = this.text(name);
    if (text === undefined || text === "true" || text === "false") return text === undefined ? text : text === "true";
    throw invalid(`Invalid boolean: ${text}`, name, "parameter_invalid_boolean");
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!/^-?\d+$/.test(text)) throw invalid(`Invalid integer: ${text}`, name);
    return Number(text);
  }

  /** How many objects a page holds: 1 to 100, 10 where nothing is said. Source: https://docs.stripe.com/api/pagination */
  limit(): number {
    const limit = this.integer("limit") ?? 10;
    const bound = limit > 100 ? "less than or equal to 100" : limit < 1 ? "greater than or equal to 1" : null;
    if (bound !== null) throw invalid(`This value must be ${bound} (it currently is '${limit}').`, "limit");
    return limit;
  }

  /** `name=T`, or any of `name[gt]`, `[gte]`, `[lt]`, `[lte]`. */
  range(name: string): Range {
    const exact = this.integer(name);
    if (exact !== undefined) return { from: exact, to: exact };
    const [gt, gte, lt, lte] = BOUNDS.map((bound) => this.integer(`${name}[${bound}]`));
    return {
      from: Math.max(gte ?? ALWAYS.from, gt === undefined ? ALWAYS.from : gt + 1),
      to: Math.min(lte ?? ALWAYS.to, lt === undefined ? ALWAYS.to : lt - 1),
    };
  }

  /** `name[]=a&name[]=b`, or with numbers in the brackets. */
  list(name: string): readonly string[] {
    const keys = new Set([...this.query.keys()].filter((key) => key.replace(/\[\d*\]$/, "") === name && key !== name));
    return [...keys].flatMap((key) => {
      this.taken.add(key);
      return this.query.getAll(key);
    });
  }

  /** @throws ApiError 400 where the query holds what no one took. */
  refuseOthers(): void {
    for (const name of this.query.keys()) {
      if (!this.taken.has(name)) {
        throw invalid(`Received unknown parameter, or one the stand-in lacks: ${name}`, name, "parameter_unknown");
      }
    }
  }
}

function invalid(message: string, param: string, code = "parameter_invalid_integer"): ApiError {
  return new ApiError(400, { code, message, param });
}
