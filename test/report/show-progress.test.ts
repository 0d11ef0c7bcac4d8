import { createRequire } from "node:module";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { showProgress } from "../../src/report/show-progress";

interface Display {
  readonly data: Readonly<Record<string, string>>;
  readonly transient: { readonly display_id: string };
}

const kernel: { lastWriteDisplayData: unknown } = createRequire(__filename)("tslab/dist/jupyter");
let displayed: { html: string; id: string; update: boolean }[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  displayed = [];
  kernel.lastWriteDisplayData = ({ data, transient }: Display, update?: boolean) =>
    displayed.push({ html: data["text/html"] ?? "", id: transient.display_id, update: update === true });
});
afterEach(() => {
  vi.useRealTimers();
  kernel.lastWriteDisplayData = null;
});

const textOf = (html: string) =>
  html
    .replace(/<style>.*<\/style>/, "")
    .replace(/<[^>]+>/g, "")
    .trim();
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it("moves on while the work does, step by step and second by second, and ends as one line", async () => {
  const work = showProgress(async (onProgress) => {
    onProgress("Reading <both>");
    await wait(2500);
    onProgress("Judging");
    return 42;
  });
  await vi.advanceTimersByTimeAsync(2500);
  expect(await work).toBe(42);
  expect(displayed.map(({ html }) => textOf(html))).toEqual([
    "Starting 0.0 s",
    "Reading &lt;both&gt; 0.0 s",
    "Reading &lt;both&gt; 1.0 s",
    "Reading &lt;both&gt; 2.0 s",
    "Judging 2.5 s",
    "Done in 2.5 s",
  ]);
  expect(displayed.map(({ html }) => html.includes('role="progressbar"'))).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
  ]);
  expect(displayed.map(({ update }) => update)).toEqual([false, true, true, true, true, true]);
  expect(new Set(displayed.map(({ id }) => id)).size).toBe(1);
});

it("goes on where the bar stood when it is drawn anew", async () => {
  const work = showProgress(() => wait(1000));
  await vi.advanceTimersByTimeAsync(1000);
  await work;
  expect(displayed.map(({ html }) => /linear -(\d+)ms infinite/.exec(html)?.[1])).toEqual(["0", "1000", undefined]);
});

it("stops at the step that failed, and passes the error on", async () => {
  const work = showProgress(async (onProgress) => {
    onProgress("Reading");
    throw new Error("no such file");
  });
  await expect(work).rejects.toThrow("no such file");
  await vi.advanceTimersByTimeAsync(5000);
  expect(textOf(displayed.at(-1)?.html ?? "")).toBe("Failed at “Reading” after 0.0 s");
});

it("outside a notebook only does the work", async () => {
  kernel.lastWriteDisplayData = null;
  expect(await showProgress(async (onProgress) => onProgress("Reading"))).toBeUndefined();
});
