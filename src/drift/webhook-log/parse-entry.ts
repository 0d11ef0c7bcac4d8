import { eventTypesIn } from "./event-types";
import type { EntryParts, LogEntry } from "./log-entry";
import { parseJsonEntry } from "./parse-json-entry";
import { parseTextEntry } from "./parse-text-entry";

const ANSI = /\u001b\[[\d;?]*[A-Za-z]|\u0000/g;
/** An id that Stripe gives, not a name such as `evt_type`. */
const EVENT_ID = /evt_(?:test_)?(?=[a-z]*[A-Z0-9])[A-Za-z0-9]{3,}/g;
const SUBSCRIPTION_ID = /sub_\w+/g;
const WEBHOOK =
  /web[-_]?hook|\bhooks?\/stripe|stripe[\w/-]*\/(?:hooks?|events?)\b|SignatureVerification|signatures? found matching/i;
/** Webhooks of others, which say nothing of Stripe's. */
const OTHERS =
  /\b(?:github|gitlab|bitbucket|slack|shopify|paypal|twilio|sendgrid|mailgun|postmark|hubspot|intercom|zendesk|discord|telegram|adyen|braintree|paddle|plaid|clerk|auth0|docusign|calendly|typeform)\b/i;
/** A line of a stack trace that a collector gave a time of its own. */
const TRACE =
  /(?:^|\s)at (?:async )?[^\s\d].*[:(][^()]*:\d+\)?\s*$|File "[^"]+", line \d+|^(?:.*\s)?#\d+ .*\.php\(\d+\)/;

/** How many ids one entry can name. */
const MOST_IDS = 50;
const KEPT_TEXT = 4000;
/** How far into a line an object may begin that is the entry. */
const PREFIX = 200;

/**
 * Reads an entry, whatever its format, as far as webhooks are concerned. It is about a webhook when it names an event (`evt_…`),
 * an event type of Stripe's, or a webhook in its path or words together with how it went; a request's later lines are known by
 * the request's id.
 *
 * @param latest - milliseconds; no entry is later, which tells the year of dates without one
 * @returns null for a line of a stack trace
 */
export function parseEntry(raw: string, latest: number): LogEntry | null {
  const text = raw.replace(ANSI, "");
  const parts = jsonAfterPrefix(text, latest) ?? parseTextEntry(text, latest);
  const eventIds = idsIn(text, EVENT_ID);
  if (eventIds.length === 0 && !text.includes("\n") && TRACE.test(text.slice(0, KEPT_TEXT))) return null;
  const eventTypes = eventTypesIn(text);
  const isStripes = eventIds.length > 0 || eventTypes.length > 0 || /stripe/i.test(text);
  return {
    ...parts,
    text: text.slice(0, KEPT_TEXT),
    eventIds,
    eventTypes,
    subscriptionIds: idsIn(text, SUBSCRIPTION_ID),
    namesWebhook: WEBHOOK.test(text) && (isStripes || !OTHERS.test(text.slice(0, KEPT_TEXT))),
  };
}

/** An object that is the whole line, or all of it after what Docker, Heroku, journald or Kubernetes wrote before it. */
function jsonAfterPrefix(text: string, latest: number): EntryParts | null {
  const start = text.indexOf("{");
  if (start < 0 || start > PREFIX) return null;
  const object = text.slice(start).trimEnd();
  if (!object.endsWith("}")) return null;
  const parts = parseJsonEntry(object, latest);
  if (parts === null || start === 0) return parts;
  const prefix = parseTextEntry(text.slice(0, start), latest);
  return { ...parts, time: parts.time ?? prefix.time, requestId: parts.requestId ?? prefix.requestId };
}

function idsIn(text: string, pattern: RegExp): string[] {
  return [...new Set(text.match(pattern))].slice(0, MOST_IDS);
}
