import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { serveMetrics } from "../../src/monitor/serve-metrics";
import { writeTextfile } from "../../src/monitor/write-textfile";
import { makeFolder } from "../cli/run-recon";

const folder = makeFolder();
afterAll(folder.remove);

describe("metrics that are served", () => {
  it("are at /metrics, to be read alone, and the last ones", async () => {
    const server = await serveMetrics({ port: 0, host: "127.0.0.1" });
    const ask = async (path: string, method = "GET"): Promise<[number, string]> => {
      const response = await fetch(new URL(path, server.url), { method });
      expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
      return [response.status, await response.text()];
    };
    server.set("first 1\n");
    server.set("second 2\n");
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    expect(await ask("/metrics")).toEqual([200, "second 2\n"]);
    expect(await ask("/metrics?name=x", "HEAD")).toEqual([200, ""]);
    expect(await ask("/metrics", "POST")).toEqual([405, ""]);
    for (const path of ["/", "/metrics/", "/../package.json"]) expect(await ask(path)).toEqual([404, ""]);
    await server.close();
  });

  it("end while somebody holds a connection open", async () => {
    const server = await serveMetrics({ port: 0, host: "127.0.0.1" });
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.on("error", () => undefined).write("GET /metrics HTTP/1.1\r\n");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await server.close();
    await closed;
  });

  it("need a port that is free", async () => {
    const server = await serveMetrics({ port: 0, host: "127.0.0.1" });
    const port = Number(new URL(server.url).port);
    await expect(serveMetrics({ port, host: "127.0.0.1" })).rejects.toMatchObject({
      code: "metrics_port",
      exitCode: 2,
      message: expect.stringContaining(`--metrics-port ${port}: `),
    });
    await server.close();
  });
});

describe("metrics in a file", () => {
  it("are there at once, whole, for others to read", async () => {
    const path = folder.free("recon.prom");
    await writeTextfile(path, "first 1\n");
    const before = statSync(path).ino;
    await writeTextfile(path, "second 2\n");
    expect(readFileSync(path, "utf8")).toBe("second 2\n");
    expect(statSync(path).ino, "replaced, not written over").not.toBe(before);
    expect(statSync(path).mode & 0o044).toBe(0o044);
  });

  it("leave nothing behind when they cannot be", async () => {
    const path = folder.free("folder");
    mkdirSync(join(path, "inside"), { recursive: true });
    await expect(writeTextfile(path, "text")).rejects.toThrow();
    expect(existsSync(path)).toBe(true);
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
