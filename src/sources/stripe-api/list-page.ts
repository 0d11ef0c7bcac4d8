import { ReconError } from "../../recon-error";
import type { StripeConnection } from "./connect-stripe";

/** The most objects Stripe gives at once. */
export const PAGE_SIZE = 100;

/** An object as the API sent it: the client's own types would turn its decimals into objects. */
export interface ApiObject {
  readonly id: string;
  readonly [member: string]: unknown;
}

/** A page of a list, newest object first. */
export interface Page<T extends ApiObject> {
  readonly data: readonly T[];
  readonly has_more: boolean;
}

/** Parameters of a list by their names in the API, such as `created[lte]`. */
export type ListParams = Readonly<Record<string, string | number>>;

/**
 * Asks for one page of a list, as the API sends it.
 *
 * @param path - such as `/v1/subscriptions`
 * @throws ReconError when Stripe fails, or what answers is no page of a list
 */
export async function listPage<T extends ApiObject>(
  connection: StripeConnection,
  path: string,
  params: ListParams,
): Promise<Page<T>> {
  const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
  for (const [name, value] of Object.entries(params)) query.set(name, String(value));
  const page = (await connection.call((client) => client.rawRequest("GET", `${path}?${query}`))) as Partial<Page<T>>;
  const { data, has_more } = page;
  if (!Array.isArray(data) || typeof has_more !== "boolean" || data.some((object) => typeof object?.id !== "string"))
    throw unexpectedPage(path, "it is no list of objects");
  if (has_more && data.length === 0) throw unexpectedPage(path, "it is empty and says that more follow");
  return { data, has_more };
}

/** All objects of a list, page after page; each page is asked for when it is needed. */
export async function* listAll<T extends ApiObject>(
  connection: StripeConnection,
  path: string,
  params: ListParams,
): AsyncGenerator<T, void, undefined> {
  let cursor = {};
  for (;;) {
    const { data, has_more } = await listPage<T>(connection, path, { ...params, ...cursor });
    yield* data;
    if (!has_more) return;
    cursor = { starting_after: (data.at(-1) as T).id };
  }
}

/** What to say of a page that breaks a rule every list of Stripe keeps. */
export function unexpectedPage(path: string, what: string): ReconError {
  return new ReconError(
    "stripe_unexpected",
    `Stripe: the answer to GET ${path} could not be used: ${what}. Check STRIPE_API_BASE. See the "Stripe API Failure" runbook.`,
  );
}
