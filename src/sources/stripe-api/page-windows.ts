import { appendFile } from "node:fs/promises";
import PQueue from "p-queue";
import { type ApiSubscription, completeItems } from "./complete-items";
import type { StripeConnection } from "./connect-stripe";
import type { ExportJournal } from "./export-journal";
import { type ListParams, listPage, type Page, unexpectedPage } from "./list-page";
import { splitWindow } from "./split-window";
import type { Window } from "./window";

const PATH = "/v1/subscriptions";

/**
 * Pages all windows of an export to their ends, several at once, and keeps their rows.
 *
 * There are as many at once as it takes to use the rate: when there are fewer, what is left of the next one is divided. After each page its rows
 * are written, then the journal; so an end at any moment loses a page at most.
 *
 * @param onPage - called after each page
 * @throws ReconError when a page fails for good; what was kept stays
 */
export async function pageWindows(
  connection: StripeConnection,
  journal: ExportJournal,
  { onPage, signal }: { readonly onPage: () => void; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const open = new Set([...journal.windows.values()].filter(({ done }) => !done).map(({ name }) => name));
  const queue = new PQueue();
  let failure: { readonly error: unknown } | null = null;
  const add = (window: Window): void => {
    void queue.add(() => advance(window)).catch(stop);
  };
  const stop = (error: unknown): void => {
    failure ??= { error };
    queue.clear();
  };
  const advance = async (window: Window): Promise<void> => {
    signal?.throwIfAborted();
    const page = await pageOf(connection, window);
    const text = await ndjson(connection, page.data);
    if (failure !== null) return;
    if (text !== "") await appendFile(journal.rowsPath(window), text);
    const wanted = connection.parallel() - open.size + 1;
    const next = afterPage(window, page, Buffer.byteLength(text), wanted);
    journal.record(next);
    for (const { name, done } of next) done ? open.delete(name) : open.add(name);
    onPage();
    if (failure === null) for (const open of next.filter(({ done }) => !done)) add(open);
  };
  for (const name of open) add(journal.windows.get(name) as Window);
  await queue.onIdle();
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
}

async function pageOf(connection: StripeConnection, window: Window): Promise<Page<ApiSubscription>> {
  const range: ListParams =
    window.testClock === null
      ? { "created[gte]": window.oldest, "created[lte]": window.newest }
      : { test_clock: window.testClock };
  const cursor: ListParams = window.cursor === null ? {} : { starting_after: window.cursor };
  const page = await listPage<ApiSubscription>(connection, PATH, { status: "all", ...range, ...cursor });
  if (window.testClock === null) refuseOtherOrder(window, page.data);
  return page;
}

/** Dividing a window relies on what Stripe documents: a range is kept to, and the newest comes first. */
function refuseOtherOrder(window: Window, subscriptions: readonly ApiSubscription[]): void {
  let last = window.newest;
  for (const { id, created } of subscriptions) {
    if (!(created <= last && created >= window.oldest))
      throw unexpectedPage(
        PATH,
        `${id} is outside the range of creation times that was asked for, or not in its order`,
      );
    last = created;
  }
}

async function ndjson(connection: StripeConnection, subscriptions: readonly ApiSubscription[]): Promise<string> {
  const lines: string[] = [];
  for (const subscription of subscriptions)
    lines.push(`${JSON.stringify(await completeItems(connection, subscription))}\n`);
  return lines.join("");
}

/** A window after a page of it, and the new ones that what is left was divided into. */
function afterPage(
  window: Window,
  { data, has_more }: Page<ApiSubscription>,
  bytes: number,
  most: number,
): readonly Window[] {
  const kept = { ...window, rows: window.rows + data.length, bytes: window.bytes + bytes };
  const [first, last] = [data[0], data.at(-1)];
  if (!has_more || first === undefined || last === undefined) return [{ ...kept, done: true, expected: 0 }];
  const rest = { ...kept, cursor: last.id };
  if (window.testClock !== null) return [rest];
  return splitWindow({ ...rest, newest: last.created }, first.created - last.created + 1, most);
}
