import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ReconError } from "../recon-error";

/** Where metrics are served. */
export interface MetricsAddress {
  readonly port: number;
  /** `127.0.0.1` unless somebody says otherwise: nothing is asked of who reads. */
  readonly host: string;
}

/** Metrics that are served. */
export interface MetricsServer {
  readonly url: string;
  /** What is served from now on. */
  set(text: string): void;
  close(): Promise<void>;
}

const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Serves the last metrics at `/metrics`, and nothing else.
 *
 * @throws ReconError when the port cannot be had
 */
export async function serveMetrics({ port, host }: MetricsAddress): Promise<MetricsServer> {
  let served = "";
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    const isRead = request.method === "GET" || request.method === "HEAD";
    const isThere = request.url?.split("?")[0] === "/metrics";
    response.writeHead(!isThere ? 404 : isRead ? 200 : 405, { "content-type": CONTENT_TYPE, connection: "close" });
    response.end(isThere && isRead && request.method === "GET" ? served : "");
  });
  server.maxConnections = 20;
  await new Promise<void>((resolve, reject) => {
    server.once("error", ({ message }) =>
      reject(
        new ReconError(
          "metrics_port",
          `--metrics-port ${port}: the metrics cannot be served there (${message}). Give another port, or another --metrics-host.`,
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
  const { port: given, address, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${given}/metrics`,
    set: (text) => {
      served = text;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
