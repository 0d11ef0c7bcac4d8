import { createHmac } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { postHook, readUrlHook, type UrlHook } from "../../src/monitor/post-hook";
import { runHook } from "../../src/monitor/run-hook";
import { makeFolder } from "../cli/run-recon";
import { type HookServer, startHookServer } from "./hook-server";

const SECRET = "a secret of enough characters";
const NOW = new Date("2026-11-02T12:00:00.900Z");
const BODY = '{"reasons":["new_findings"],"note":"ü"}';
const folder = makeFolder();
let server: HookServer;
beforeAll(async () => {
  server = await startHookServer();
});
afterAll(async () => {
  await server.close();
  folder.remove();
});
afterEach(() => {
  server.received.length = 0;
  server.answers.length = 0;
});

function post(options: Partial<UrlHook> = {}): Promise<void> {
  return postHook({ url: server.url, secret: SECRET, timeout: 10_000, now: () => NOW, ...options }, BODY);
}

describe("a URL that is told", () => {
  it("gets the body once, with a signature over it and the time", async () => {
    await post();
    const seconds = Math.floor(NOW.getTime() / 1000);
    const v1 = createHmac("sha256", SECRET).update(`${seconds}.${BODY}`).digest("hex");
    expect(server.received).toEqual([{ path: "/hook/its-secret", body: BODY, signature: `t=${seconds},v1=${v1}` }]);
  });

  it.each([
    ["answers 503 and 429 at first", [503, 429], 3],
    ["cuts the connection at first", ["cut"], 2],
    ["answers without an end", ["endless"], 1],
  ] as const)("that %s is told", async (_, answers, times) => {
    for (const answer of answers)
      server.answers.push(
        answer === "cut"
          ? (_response, request) => request.socket.destroy()
          : answer === "endless"
            ? (response) => response.writeHead(200).write("so far")
            : answer,
      );
    await post();
    expect(server.received).toHaveLength(times);
    expect(new Set(server.received.map(({ body }) => body))).toEqual(new Set([BODY]));
  });

  it.each([
    ["refuses", [400], 1, /it answered 400\.$/],
    ["is gone", [410], 1, /it answered 410/],
    ["redirects", ["redirect"], 1, /it redirects \(307\); give the URL it redirects to/],
    ["fails for good", [500, 502, 503, 500, 204], 4, /it answered 500/],
    ["hangs", ["hang", "hang", "hang", "hang"], 4, /no answer within 0\.2 s/],
  ] as const)("that %s is given up, without a word of its URL", async (_, answers, times, says) => {
    const away = await startHookServer();
    for (const answer of answers)
      server.answers.push(
        answer === "hang"
          ? () => undefined
          : answer === "redirect"
            ? (response) => response.writeHead(307, { location: away.url }).end()
            : answer,
      );
    const failure = await post({ timeout: answers.some((each) => each === "hang") ? 200 : 10_000 }).then(
      () => null,
      (error: Error) => error,
    );
    expect(failure).toMatchObject({ code: "hook_failed", message: expect.stringMatching(says) });
    expect(failure?.message).not.toMatch(/secret|127\.0\.0\.1|receiver/);
    expect(server.received).toHaveLength(times);
    expect(away.received).toEqual([]);
    await away.close();
  });

  it("where nobody listens is given up", async () => {
    await expect(post({ url: "http://127.0.0.1:9/its-secret" })).rejects.toThrow(
      /^The hook was not told: no connection \(\w+\)\.$/,
    );
  });

  it("is not waited for after a stop", async () => {
    const stop = new AbortController();
    server.answers.push(() => stop.abort());
    await expect(post({ signal: stop.signal })).rejects.toMatchObject({ code: "hook_failed" });
    expect(server.received).toHaveLength(1);
  });

  it.each<[string, string | undefined, RegExp | null]>([
    ["https://hooks.example.com/its-secret", SECRET, null],
    ["http://localhost:8080/x", SECRET, null],
    ["http://127.3.2.1/x", SECRET, null],
    ["http://[::1]:8080/x", SECRET, null],
    ["http://hooks.example.com/its-secret", SECRET, /expected https; http is for this machine alone/],
    ["http://127.0.0.1.example.com/its-secret", SECRET, /expected https/],
    ["http://localhost.example.com/its-secret", SECRET, /expected https/],
    ["http://10.0.0.1/its-secret", SECRET, /expected https/],
    ["ftp://localhost/its-secret", SECRET, /expected https/],
    ["https://kim:its-secret@hooks.example.com/", SECRET, /leave out the user and the password/],
    ["hooks.example.com/its-secret", SECRET, /expected a URL such as/],
    ["https://hooks.example.com/its-secret", undefined, /RECON_NOTIFY_SECRET, at least 16 characters/],
    ["https://hooks.example.com/its-secret", "short-secret", /RECON_NOTIFY_SECRET, at least 16 characters/],
  ])("%s with %s", (url, secret, says) => {
    const read = (): unknown => readUrlHook(url, secret);
    if (says === null) expect(read()).toEqual({ url, secret });
    else {
      expect(read).toThrow(says);
      expect(read).not.toThrow(/its-secret|short-secret/);
    }
  });
});

describe("a command that is told", () => {
  it("gets the body on its standard input, and none of our secrets", async () => {
    const [input, environment] = [folder.free("input"), folder.free("environment")];
    const secrets = {
      STRIPE_API_KEY: "rk_live_hemligt",
      DATABASE_URL: "postgres://a:hemligt@x",
      RECON_NOTIFY_SECRET: "hemligt",
    };
    Object.assign(process.env, secrets);
    await runHook(`cat > '${input}'; env > '${environment}'`, BODY, 20_000).finally(() => {
      for (const name of Object.keys(secrets)) delete process.env[name];
    });
    expect(readFileSync(input, "utf8")).toBe(BODY);
    expect(readFileSync(environment, "utf8")).toMatch(/^PATH=/m);
    expect(readFileSync(environment, "utf8")).not.toContain("hemligt");
  });

  it("need not read it", () => expect(runHook("true", "x".repeat(1_000_000), 20_000)).resolves.toBeUndefined());

  it.each([
    ["false", /ended with exit code 1/],
    ["no-such-program-anywhere 2> /dev/null", /ended with exit code 127/],
    ["kill -TERM $$", /was ended by SIGTERM/],
  ])("%s is a failure", (command, says) => expect(runHook(command, BODY, 20_000)).rejects.toThrow(says));

  it("that takes too long is killed with all it started", async () => {
    const late = folder.free("late");
    await expect(runHook(`(sleep 2; touch '${late}') & sleep 60`, BODY, 300)).rejects.toThrow(/longer than 0\.3 s/);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(existsSync(late)).toBe(false);
  });
});
