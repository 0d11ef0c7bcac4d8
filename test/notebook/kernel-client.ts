import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { newFolder } from "./notebook-fixture";

/** The ZeroMQ that tslab brings. */
const zeromq: typeof import("zeromq") = createRequire(require.resolve("tslab/package.json"))("zeromq");

/** A message of the wire protocol. Source: https://jupyter-client.readthedocs.io/en/latest/messaging.html */
export interface WireMessage {
  readonly type: string;
  readonly parent: string | undefined;
  readonly content: Record<string, unknown>;
}

/** Everything that came back for one request. */
export interface Exchange {
  readonly reply: Record<string, unknown>;
  readonly published: readonly WireMessage[];
}

/** A minimal front end: starts a kernel from its argv and talks to it as JupyterLab does. */
export interface KernelClient {
  readonly process: ChildProcess;
  readonly request: (type: string, content: object) => Promise<Exchange>;
  readonly close: () => void;
}

/** Starts a kernel, as a front end would, in the folder `cwd` of a notebook. */
export async function startKernel(argv: readonly string[], cwd: string): Promise<KernelClient> {
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await freePorts(5);
  const key = randomBytes(16).toString("hex");
  const connection = {
    ...{ shell_port, iopub_port, stdin_port, control_port, hb_port, key },
    ...{ ip: "127.0.0.1", transport: "tcp", signature_scheme: "hmac-sha256", kernel_name: "recon-ts" },
  };
  const file = join(newFolder(), "connection.json");
  writeFileSync(file, JSON.stringify(connection));
  const [command, ...args] = argv.map((word) => word.replace("{connection_file}", file));
  const kernel = spawn(command as string, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });

  const shell = new zeromq.Dealer({ linger: 0 });
  const iopub = new zeromq.Subscriber({ linger: 0 });
  iopub.subscribe();
  shell.connect(`tcp://127.0.0.1:${shell_port}`);
  iopub.connect(`tcp://127.0.0.1:${iopub_port}`);

  const replies: WireMessage[] = [];
  const published: WireMessage[] = [];
  let heard = (): void => {};
  const listen = async (socket: AsyncIterable<Buffer[]>, into: WireMessage[]): Promise<void> => {
    for await (const frames of socket) {
      into.push(decode(frames, key));
      heard();
    }
  };
  void listen(shell, replies);
  void listen(iopub, published);

  const send = async (type: string, content: object): Promise<string> => {
    const id = randomUUID();
    await shell.send(encode(id, type, content, key));
    return id;
  };
  const request = async (type: string, content: object): Promise<Exchange> => {
    const id = await send(type, content);
    for (;;) {
      const reply = replies.find(({ parent }) => parent === id);
      const mine = published.filter(({ parent }) => parent === id);
      const isIdle = mine.some(({ content: { execution_state } }) => execution_state === "idle");
      if (reply && isIdle)
        return { reply: reply.content, published: mine.filter((message) => message.type !== "status") };
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
  };
  // What a kernel publishes before the subscription has reached it is lost: ask until something is heard.
  while (published.length === 0) {
    await send("kernel_info_request", {});
    await delay(100);
  }
  const close = (): void => {
    shell.close();
    iopub.close();
    kernel.kill("SIGKILL");
  };
  return { process: kernel, request, close };
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const { port } = server.address() as { readonly port: number };
      await new Promise((resolve) => server.close(resolve));
      return port;
    }),
  );
}

function encode(id: string, type: string, content: object, key: string): string[] {
  const header = { msg_id: id, msg_type: type, session: "test", username: "test", version: "5.3", date: new Date() };
  const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
  return ["<IDS|MSG>", sign(parts, key), ...parts];
}

function decode(frames: readonly Buffer[], key: string): WireMessage {
  const start = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
  const [signature, ...parts] = frames.slice(start + 1).map(String);
  if (signature !== sign(parts, key)) throw new Error("The kernel signed a message wrongly.");
  const [header, parent, , content] = parts.map((part) => JSON.parse(part));
  return { type: header.msg_type, parent: parent.msg_id, content };
}

function sign(parts: readonly string[], key: string): string {
  const hash = createHmac("sha256", key);
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
