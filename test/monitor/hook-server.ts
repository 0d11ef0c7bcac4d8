import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a hook was sent. */
export interface Received {
  readonly path: string;
  readonly signature: string;
  readonly body: string;
}

/** A receiver of hooks on loopback. */
export interface HookServer {
  readonly url: string;
  readonly received: Received[];
  /** What is answered next, in turn; 204 when there is nothing. A function answers itself. */
  readonly answers: (number | ((response: ServerResponse, request: IncomingMessage) => void))[];
  close(): Promise<void>;
}

/** Starts a receiver. */
export async function startHookServer(): Promise<HookServer> {
  const received: Received[] = [];
  const answers: HookServer["answers"] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      received.push({ path: request.url ?? "", signature: String(request.headers["recon-signature"]), body });
      const answer = answers.shift() ?? 204;
      if (typeof answer === "function") answer(response, request);
      else response.writeHead(answer).end("a body of the receiver's");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/its-secret`,
    received,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
