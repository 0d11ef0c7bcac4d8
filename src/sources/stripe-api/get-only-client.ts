import type { Readable } from "node:stream";
import type Stripe from "stripe";
import { ReconError } from "../../recon-error";
import { ForeignAnswer } from "./foreign-answer";
import type { Pace } from "./pace";

/** What is seen of the traffic, for those who plan it. */
export interface Traffic {
  /** How many requests were sent. */
  requests: number;
  /** How long Stripe takes to answer, in seconds, smoothed. */
  latency: number;
  /** Stripe's clock less this machine's in milliseconds; null before the first answer. */
  clockOffset: number | null;
}

/**
 * Stripe's HTTP client behind a guard: a request by any method but GET is refused before it leaves the process, and every other one
 * waits for its turn. Nothing that is built on the `stripe` package gets around it.
 */
export function getOnlyClient(inner: Stripe.HttpClient, pace: Pace, traffic: Traffic): Stripe.HttpClient {
  return {
    getClientName: () => inner.getClientName(),
    makeRequest: async (host, port, path, method, ...rest) => {
      if (method !== "GET") {
        throw new ReconError(
          "stripe_read_only",
          `${method} ${path.split("?")[0]}: refused before it left this process. Stripe is only ever read here.`,
        );
      }
      await pace.turn();
      traffic.requests++;
      const sent = Date.now();
      const response = await inner.makeRequest(host, port, path, method, ...rest);
      const headers = response.getHeaders();
      note(traffic, sent, headers["date"]);
      pace.answered(response.getStatusCode());
      const type = String(headers["content-type"] ?? "");
      if (!type.includes("json")) {
        (response.getRawResponse() as Readable).resume();
        throw new ForeignAnswer(response.getStatusCode(), type);
      }
      return response;
    },
  };
}

function note(traffic: Traffic, sent: number, date: unknown): void {
  const now = Date.now();
  const seconds = (now - sent) / 1000;
  traffic.latency = traffic.clockOffset === null ? seconds : 0.9 * traffic.latency + 0.1 * seconds;
  const theirs = Date.parse(String(date));
  traffic.clockOffset ??= Number.isNaN(theirs) ? 0 : theirs - now;
}
