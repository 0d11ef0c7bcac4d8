import { createHmac } from "node:crypto";
import { ExponentialBackoff, handleWhen, retry } from "cockatiel";
import { ReconError } from "../recon-error";

/** Where notifications are posted. */
export interface UrlHook {
  /** May hold a secret in its path, so it is not repeated. */
  readonly url: string;
  /** Signs the body. */
  readonly secret: string;
  /** How long one attempt may take, in milliseconds. */
  readonly timeout: number;
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
}

/** The header with the signature: `t=<Unix seconds>,v1=<hex>`. */
export const SIGNATURE_HEADER = "Recon-Signature";

const ATTEMPTS = 4;
const SHORTEST_SECRET = 16;

/** An attempt that may succeed later. */
class Transient extends Error {}

/**
 * Reads where to post. Plain HTTP is for this machine alone.
 *
 * @throws ReconError that repeats neither the URL nor the secret
 */
export function readUrlHook(url: string, secret: string | undefined): Pick<UrlHook, "url" | "secret"> {
  const refuse = (why: string): ReconError => new ReconError("bad_notify_url", `--notify-url: ${why}.`);
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw refuse("expected a URL such as https://hooks.example.com/recon");
  }
  const { protocol, hostname, username, password } = parsed;
  const isLoopback = hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback))
    throw refuse("expected https; http is for this machine alone");
  if (username !== "" || password !== "") throw refuse("leave out the user and the password: the body is signed");
  if ((secret ?? "").length < SHORTEST_SECRET)
    throw new ReconError(
      "no_notify_secret",
      `--notify-url needs RECON_NOTIFY_SECRET, at least ${SHORTEST_SECRET} characters that the receiver knows, too: it signs what is sent. Such as: openssl rand -hex 32`,
    );
  return { url, secret: secret as string };
}

/** The signature of a body at a time: HMAC-SHA256 of `<Unix seconds>.<body>`, as Stripe signs its webhooks. */
export function signatureOf(body: string, secret: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}

/**
 * Posts a body, signed; what may succeed later is tried again. A redirect is not followed: the body was signed for somebody else.
 *
 * @throws ReconError when it was not taken, with the status alone
 */
export async function postHook(hook: UrlHook, body: string): Promise<void> {
  const policy = retry(
    handleWhen((error) => error instanceof Transient),
    { maxAttempts: ATTEMPTS - 1, backoff: new ExponentialBackoff({ initialDelay: 500, maxDelay: 10_000 }) },
  );
  try {
    await policy.execute(() => attempt(hook, body), hook.signal);
  } catch (error) {
    throw new ReconError("hook_failed", `The hook was not told: ${(error as Error).message}.`);
  }
}

async function attempt({ url, secret, timeout, now, signal }: UrlHook, body: string): Promise<void> {
  const late = AbortSignal.timeout(timeout);
  const response = await fetch(url, {
    method: "POST",
    body,
    redirect: "manual",
    headers: { "content-type": "application/json", [SIGNATURE_HEADER]: signatureOf(body, secret, now()) },
    signal: signal === undefined ? late : AbortSignal.any([late, signal]),
  }).catch((error: Error & { cause?: { code?: string } }) => {
    if (late.aborted) throw new Transient(`no answer within ${timeout / 1000} s`);
    throw new Transient(
      signal?.aborted === true ? "it was stopped" : `no connection (${error.cause?.code ?? error.name})`,
    );
  });
  // The answer's body is nobody's; it may never end.
  await response.body?.cancel().catch(() => undefined);
  const { status } = response;
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400) throw new Error(`it redirects (${status}); give the URL it redirects to`);
  if (status >= 500 || status === 429 || status === 408) throw new Transient(`it answered ${status}`);
  throw new Error(`it answered ${status}`);
}
