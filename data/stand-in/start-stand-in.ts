import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { answer } from "./answer";
import { ApiError } from "./api-error";
import { drawFault, type Fault, faultError, rateLimited } from "./faults";
import type { RecordedRequest, StandIn, StandInOptions } from "./stand-in";
import { tokenBucket } from "./token-bucket";
import { defaultKeys, openAccount, type World } from "./world";

/**
 * Starts a local, stateful stand-in for the part of Stripe's API that a reconciliation reads, on 127.0.0.1.
 *
 * Any method but GET is recorded and refused with 405. It answers the real client and the real Stripe CLI.
 */
export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const world: World = {
    accounts: options.accounts.map(openAccount),
    keys: options.keys ?? defaultKeys(options.accounts),
    now: options.now ?? Date.now,
  };
  const { latencyMs = 0, requestsPerSecond } = options;
  const admits = requestsPerSecond === undefined ? () => true : tokenBucket(requestsPerSecond, () => performance.now());
  const requests: RecordedRequest[] = [];
  let { faults } = options;
  let refusals = 0;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = requests.length;
    const record: RecordedRequest = {
      at: Date.now(),
      method: request.method ?? "",
      path: request.url ?? "",
      status: 0,
      account: null,
      apiVersion: null,
    };
    requests.push(record);
    request.resume();
    const isAdmitted = admits();
    const fault = isAdmitted ? drawFault(faults, call) : null;
    await standIn.onRequest?.(record, standIn);
    const delay = latencyMs + (fault?.kind === "slow" ? (faults?.slowMs ?? 1000) : 0);
    if (delay > 0) await sleep(delay);
    if (fault?.kind === "reset" && !fault.second) {
      request.socket.resetAndDestroy();
      return;
    }
    const requestId = `req_${call.toString(36).padStart(14, "0")}`;
    response.setHeader("request-id", requestId);
    if (fault?.kind === "html502") {
      record.status = 502;
      response
        .writeHead(502, { "content-type": "text/html" })
        .end("<html><body><h1>502 Bad Gateway</h1></body></html>");
      return;
    }
    let body: object;
    try {
      refuse(record.method, isAdmitted ? fault : "too many", () => refusals++ % 2 === 1);
      const url = new URL(record.path, standIn.url);
      body = answer(url, request.headers, world, (scope) => {
        record.account = scope.account.id;
        record.apiVersion = scope.apiVersion;
        response.setHeader("stripe-version", scope.apiVersion);
      });
      record.status = 200;
    } catch (error) {
      const refusal = error instanceof ApiError ? error : new ApiError(500, { message: String(error) });
      record.status = refusal.status;
      body = refusal.body(requestId);
      for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value);
    }
    send(response, record, body, fault);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  // A connection that waits is not closed under a client that is about to use it.
  server.keepAliveTimeout = 60_000;
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const { address, port } = server.address() as AddressInfo;

  const standIn: StandIn = {
    url: `http://${address}:${port}`,
    host: address,
    port,
    keys: world.keys,
    requests,
    onRequest: options.onRequest,
    account(id, livemode) {
      const found = world.accounts.find((each) => each.id === id && (livemode ?? each.livemode) === each.livemode);
      if (found === undefined) throw new Error(`The stand-in has no account ${id}.`);
      return found;
    },
    setFaults(next) {
      faults = next;
    },
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
  return standIn;
}

/** @throws ApiError for what is refused before anyone looks at the key. */
function refuse(method: string, reason: Fault | "too many" | null, saysWhen: () => boolean): void {
  if (method !== "GET") {
    throw new ApiError(405, { message: `The stand-in is read only: it answers GET, not ${method}.` });
  }
  if (reason === "too many") throw rateLimited(saysWhen());
  const error = reason === null ? null : faultError(reason);
  if (error !== null) throw error;
}

function send(response: ServerResponse, record: RecordedRequest, body: object, fault: Fault | null): void {
  const text = Buffer.from(`${JSON.stringify(body, null, 2)}\n`);
  response.writeHead(record.status, { "content-type": "application/json", "content-length": text.length });
  if (fault?.kind !== "reset") {
    response.end(text);
    return;
  }
  record.status = 0;
  response.write(text.subarray(0, text.length >> 1), () => response.socket?.resetAndDestroy());
}
