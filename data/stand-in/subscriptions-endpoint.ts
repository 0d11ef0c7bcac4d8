import type Stripe from "stripe";
import { ApiError } from "./api-error";
import type { Scope } from "./authorize";
import { listPage } from "./list-page";
import type { Parameters } from "./parameters";
import { within } from "./range";
import { renderSubscription } from "./render-subscription";
import type { World } from "./world";

const STATUSES = ["incomplete", "incomplete_expired", "trialing", "active", "past_due", "unpaid", "paused", "canceled"];

/** `GET /v1/subscriptions`. Source: https://docs.stripe.com/api/subscriptions/list */
export function listSubscriptions(scope: Scope, parameters: Parameters): object {
  const customer = parameters.text("customer");
  const testClock = parameters.text("test_clock");
  const price = parameters.text("price") ?? parameters.text("plan");
  const collection = parameters.text("collection_method");
  const periodEnd = parameters.range("current_period_end");
  const periodStart = parameters.range("current_period_start");
  const hasStatus = statusFilter(parameters.text("status"));
  const page = listPage(scope.account.listed, parameters, "subscription", parameters.range("created"), (each) => {
    if (!hasStatus(each.status)) return false;
    if (customer !== undefined ? idOf(each.customer) !== customer : idOf(each.test_clock) !== testClock) return false;
    const { data } = each.items;
    return (
      (price === undefined || data.some((item) => item.price.id === price)) &&
      (collection === undefined || each.collection_method === collection) &&
      within(Math.min(...data.map((item) => item.current_period_end)), periodEnd) &&
      within(Math.max(...data.map((item) => item.current_period_start)), periodStart)
    );
  });
  return { ...page, data: page.data.map((each) => renderSubscription(each, scope.apiVersion)) };
}

/** `GET /v1/subscriptions/{id}`: also those that are canceled, or on a test clock. */
export function retrieveSubscription(id: string, scope: Scope, parameters: Parameters, world: World): object {
  parameters.refuseOthers();
  const found = find(id, scope.account);
  if (found !== undefined) return renderSubscription(found, scope.apiVersion);
  const { account } = scope;
  const twin = world.accounts.find((each) => each.id === account.id && each.livemode !== account.livemode);
  const [there, here] = account.livemode ? ["test", "live"] : ["live", "test"];
  const hint =
    twin !== undefined && find(id, twin) !== undefined
      ? `; a similar object exists in ${there} mode, but a ${here} mode key was used to make this request.`
      : "";
  throw new ApiError(404, { code: "resource_missing", message: `No such subscription: '${id}'${hint}`, param: "id" });
}

function find(id: string, { listed }: Scope["account"]): Stripe.Subscription | undefined {
  const index = listed.indexOf(id);
  return index < 0 ? undefined : listed.at(index);
}

function idOf(reference: string | { readonly id: string } | null): string | undefined {
  return typeof reference === "string" ? reference : reference?.id;
}

function statusFilter(status: string | undefined): (status: string) => boolean {
  if (status === undefined) return (each) => each !== "canceled";
  if (status === "all") return () => true;
  if (status === "ended") return (each) => each === "canceled" || each === "incomplete_expired";
  if (STATUSES.includes(status)) return (each) => each === status;
  throw new ApiError(400, {
    message: `Invalid status: must be one of ${[...STATUSES, "all", "ended"].join(", ")}`,
    param: "status",
  });
}
