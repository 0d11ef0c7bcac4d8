import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import type { TestDatabase } from "./start-database";

/** Settings of a server of our own, as in postgresql.conf. `ssl: "on"` gives it a certificate for `localhost`. */
export type ServerSettings = Readonly<Record<string, string>>;

/** Safe when the server is killed, and fast: only a crash of the whole machine would lose data. */
const SETTINGS: ServerSettings = { fsync: "off", shared_buffers: "64MB", listen_addresses: "127.0.0.1" };

const PASSWORD = "open sesame";

/** Ends the server when the test's process is gone, however it went: its standard input ends then. */
const WRAPPER = 'postgres=$1; shift; "$postgres" "$@" & echo $!; cat > /dev/null; kill -INT $!; wait $!';

/** Where this machine keeps the programs of a PostgreSQL server, or null. */
export function findPrograms(): { readonly postgres: string; readonly initdb: string } | null {
  for (const folder of [...(process.env["PATH"] ?? "").split(delimiter), ...debianFolders()]) {
    const [postgres, initdb] = [join(folder, "postgres"), join(folder, "initdb")];
    if (isProgram(postgres) && isProgram(initdb)) return { postgres, initdb };
  }
  return null;
}

function debianFolders(): string[] {
  try {
    return readdirSync("/usr/lib/postgresql").map((version) => `/usr/lib/postgresql/${version}/bin`);
  } catch {
    return [];
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts a PostgreSQL server on a free loopback port, its data in a temporary folder. Its superuser has a password. */
export async function startServer(settings: ServerSettings): Promise<TestDatabase> {
  const programs = findPrograms();
  if (programs === null) throw new Error("There is no PostgreSQL server on this machine.");
  const folder = mkdtempSync(join(tmpdir(), "recon-postgres-"));
  const user = ordinaryUser();
  if (user !== null) chownSync(folder, user.uid, user.gid);
  writeFileSync(join(folder, "password"), PASSWORD, { mode: 0o644 });
  const data = join(folder, "data");
  const initdb = ["-D", data, "-U", "postgres", "--auth=scram-sha-256", `--pwfile=${join(folder, "password")}`];
  execFileSync(programs.initdb, [...initdb, "--no-sync", "--encoding=UTF8", "--locale=C"], {
    ...user,
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const certificate = settings["ssl"] === "on" ? makeCertificate(data, user) : undefined;

  const port = await freePort();
  const url = `postgres://postgres:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`;
  const options = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const start = (): Promise<Running> =>
    run(programs.postgres, ["-D", data, "-p", `${port}`, "-k", folder, ...options], { ...user, cwd: folder }, url);
  let running = await start();
  return {
    kind: "postgres",
    url,
    ...(certificate === undefined ? {} : { certificate }),
    get pid() {
      return running.pid;
    },
    restart: async () => {
      await end(running, "SIGQUIT");
      running = await start();
    },
    stop: async () => {
      await end(running, "SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root, so root runs it as somebody else; null where we are an ordinary user already. */
function ordinaryUser(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ["postgres", "nobody"]) {
    try {
      const [uid, gid] = ["-u", "-g"].map((option) => Number(execFileSync("id", [option, name], { stdio: "pipe" })));
      return { uid: uid as number, gid: gid as number };
    } catch {}
  }
  throw new Error("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.");
}

/** Makes a certificate that nobody has signed but itself, where the server looks for one. */
function makeCertificate(data: string, user: object | null): string {
  const certificate = join(data, "server.crt");
  const key = ["-newkey", "rsa:2048", "-nodes", "-keyout", join(data, "server.key")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "3650"];
  execFileSync("openssl", ["req", "-x509", ...key, ...subject, "-out", certificate], {
    ...user,
    cwd: data,
    stdio: "pipe",
  });
  return certificate;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

interface Running {
  readonly pid: number;
  readonly wrapper: ChildProcessWithoutNullStreams;
}

/** Runs a server until it answers. One whose last server was killed a moment ago may need a second try. */
async function run(program: string, args: readonly string[], options: object, url: string): Promise<Running> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const wrapper = spawn("sh", ["-c", WRAPPER, "sh", program, ...args], options);
    let log = "";
    wrapper.stderr.on("data", (text) => {
      log = (log + text).slice(-4000);
    });
    const [line] = await once(createInterface(wrapper.stdout), "line");
    const running: Running = { pid: Number(line), wrapper };
    while (Date.now() < deadline && isAlive(running.pid)) {
      if (await answers(url)) return running;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await end(running, "SIGQUIT");
    if (Date.now() > deadline || !log.includes("still in use")) throw new Error(`The server did not start:\n${log}`);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function end({ pid, wrapper }: Running, signal: NodeJS.Signals): Promise<void> {
  if (wrapper.exitCode !== null || wrapper.signalCode !== null) return;
  const closed = once(wrapper, "close");
  if (isAlive(pid)) process.kill(pid, signal);
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  wrapper.stdin.end();
  await closed;
}
