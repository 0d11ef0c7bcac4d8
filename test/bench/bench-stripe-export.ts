import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createReadStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { generateSubscriptions } from "../../data/stand-in/generate-subscriptions";
import { startStandIn } from "../../data/stand-in/start-stand-in";
import { keyOf } from "../../data/stand-in/world";
import { measure, PROJECT } from "./measure";

// npx tsx test/bench/bench-stripe-export.ts [SUBSCRIPTIONS]: exports them from the stand-in, without and with failing calls.
const LIMIT = 100;
const LATENCY_MS = 50;
const FAULTS = { share: 0.02, kinds: ["429", "500", "reset", "html502", "slow"], seed: 7 } as const;
const ACCOUNT = { id: "acct_1AAAAAStandInAcc", livemode: true } as const;

function subscriptions(count: number): ReturnType<typeof generateSubscriptions> {
  return generateSubscriptions({ count, from: 1_640_000_000, to: 1_790_000_000 });
}

/** What the stand-in saw of one export. */
interface Seen {
  readonly requests: number;
  /** Seconds from the first page asked for to the last. */
  readonly seconds: number;
  readonly tooMany: number;
}

/** The stand-in, in a process of its own: it tells its address, and what it saw when asked. */
async function serve(count: number, fails: boolean): Promise<void> {
  const standIn = await startStandIn({
    accounts: [{ ...ACCOUNT, subscriptions: subscriptions(count) }],
    latencyMs: LATENCY_MS,
    requestsPerSecond: LIMIT,
    ...(fails ? { faults: FAULTS } : {}),
  });
  process.on("message", () => {
    const pages = standIn.requests.filter(({ path }) => path.startsWith("/v1/subscriptions"));
    const seconds = ((pages.at(-1)?.at ?? 0) - (pages[0]?.at ?? 0)) / 1000;
    const tooMany = pages.filter(({ status }) => status === 429).length;
    process.send?.({ requests: pages.length, seconds, tooMany } satisfies Seen);
  });
  process.send?.(standIn.url);
}

async function ask<T>(server: ChildProcess): Promise<T> {
  const [answer] = await once(server, "message");
  return answer as T;
}

/** Whether each line is the subscription that belongs there, member by member. */
async function isExact(path: string, count: number): Promise<boolean> {
  const all = subscriptions(count);
  let index = 0;
  for await (const line of createInterface({ input: createReadStream(path) }))
    if (index >= count || line !== JSON.stringify(all.at(index++))) return false;
  return index === count;
}

async function measureExport(directory: string, count: number, fails: boolean): Promise<readonly string[]> {
  const args = ["serve", String(count), fails ? "fails" : ""];
  const server = fork(__filename, args, { execArgv: ["--import", "tsx"] });
  try {
    const url = await ask<string>(server);
    const out = join(directory, "export.ndjson");
    const exportProcess = join(PROJECT, "test", "stripe-api", "export-process.ts");
    const run = measure([process.execPath, "--import", "tsx", exportProcess, "--out", out, "--rate", String(LIMIT)], {
      env: { STRIPE_API_KEY: keyOf(ACCOUNT), STRIPE_API_BASE: url },
    });
    server.send("seen");
    const seen = await ask<Seen>(server);
    return [
      fails ? "2 %" : "none",
      seen.seconds.toFixed(1),
      String(seen.requests),
      String(seen.tooMany),
      `${((100 * seen.requests) / seen.seconds / LIMIT).toFixed(1)} %`,
      `${((100 * count) / 100 / seen.seconds / LIMIT).toFixed(1)} %`,
      run.seconds.toFixed(1),
      run.peakMegabytes.toFixed(0),
      (await isExact(out, count)) ? "yes" : "NO",
    ];
  } finally {
    server.kill();
    rmSync(join(directory, "export.ndjson"), { force: true });
  }
}

async function bench(count: number): Promise<void> {
  mkdirSync(join(PROJECT, ".cache"), { recursive: true });
  const directory = mkdtempSync(join(PROJECT, ".cache", "bench-stripe-"));
  try {
    console.log(`${count.toLocaleString("en")} subscriptions, ${LIMIT} requests/s, ${LATENCY_MS} ms latency\n`);
    const heads = [
      "failing",
      "paging (s)",
      "requests",
      "429s",
      "limit used",
      "useful pages",
      "all (s)",
      "peak (MB)",
      "exact",
    ];
    console.log(heads.map((head) => head.padStart(13)).join(""));
    for (const fails of [false, true])
      console.log((await measureExport(directory, count, fails)).map((cell) => cell.padStart(13)).join(""));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (process.argv[2] === "serve") void serve(Number(process.argv[3]), process.argv[4] === "fails");
else void bench(Number(process.argv[2] ?? 1_000_000));
