import { ReconError } from "../../recon-error";

/** Where the API is reached. */
export interface ApiBase {
  readonly protocol: "http" | "https";
  readonly host: string;
  readonly port: number;
}

const STRIPE: ApiBase = { protocol: "https", host: "api.stripe.com", port: 443 };

/**
 * Reads the address of the API; Stripe's own when none is given. Plain http is taken for this machine alone, since the key would
 * travel in clear text.
 *
 * @throws ReconError when it is not such an address
 */
export function readApiBase(text: string | undefined): ApiBase {
  if (text === undefined || text.trim() === "") return STRIPE;
  const url = parseUrl(text);
  const protocol = url?.protocol.slice(0, -1);
  if (url === null || (protocol !== "https" && protocol !== "http") || url.pathname !== "/" || url.username !== "")
    throw new ReconError(
      "stripe_api_base",
      "STRIPE_API_BASE is not the address of an API. Expected one such as http://127.0.0.1:12111, or leave it out for Stripe's own.",
    );
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (protocol === "http" && !/^(localhost|127(\.\d+){3}|::1)$/.test(host))
    throw new ReconError(
      "stripe_api_base",
      `STRIPE_API_BASE: the key would be sent to ${host} in clear text. Give an https address; http is for this machine alone.`,
    );
  return { protocol, host, port: Number(url.port) || (protocol === "https" ? 443 : 80) };
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** The address as text, without a secret, for messages. */
export function apiBaseText({ protocol, host, port }: ApiBase): string {
  return `${protocol}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
