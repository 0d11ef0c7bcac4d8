import { ApiError } from "./api-error";
import type { Scope } from "./authorize";
import { listPage } from "./list-page";
import type { Parameters } from "./parameters";
import type { World } from "./world";

/** How long Stripe shows an event, in seconds. Source: https://docs.stripe.com/api/events */
const RETENTION = 30 * 24 * 60 * 60;

/** `GET /v1/events`. Source: https://docs.stripe.com/api/events/list */
export function listEvents(scope: Scope, parameters: Parameters, world: World): object {
  const delivered = parameters.boolean("delivery_success");
  const type = parameters.text("type");
  const types = parameters.list("types");
  if (types.length > 20 || (types.length > 0 && type !== undefined)) {
    throw new ApiError(400, { message: "Give up to 20 types, or one type; not both.", param: "types" });
  }
  const wanted = type === undefined ? types : [type];
  const created = parameters.range("created");
  const kept = { ...created, from: Math.max(created.from, oldest(world)) };
  return listPage(
    scope.account.events,
    parameters,
    "event",
    kept,
    (each) =>
      (wanted.length === 0 || wanted.some((pattern) => isOfType(each.type, pattern))) &&
      (delivered === undefined || delivered === (each.pending_webhooks === 0)),
  );
}

/** `GET /v1/events/{id}`. */
export function retrieveEvent(id: string, scope: Scope, parameters: Parameters, world: World): object {
  parameters.refuseOthers();
  const found = scope.account.events.get(id);
  if (found !== undefined && found.created >= oldest(world)) return found;
  throw new ApiError(404, { code: "resource_missing", message: `No such event: '${id}'`, param: "id" });
}

function oldest(world: World): number {
  return Math.floor(world.now() / 1000) - RETENTION;
}

/** `customer.*` stands for every type that begins so. */
function isOfType(type: string, pattern: string): boolean {
  return pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}
