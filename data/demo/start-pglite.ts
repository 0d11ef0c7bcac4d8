import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

/** An embedded database that runs. */
export interface EmbeddedDatabase {
  readonly kind: "pglite";
  readonly url: string;
  /** Ends it; what it held is gone. */
  stop(): Promise<void>;
}

/**
 * Starts PGlite behind its socket server on a free loopback port. It lets everyone in, and all its connections share one session:
 * a `SET` in one is seen by the others, and one transaction runs at a time.
 */
export async function startPglite(): Promise<EmbeddedDatabase> {
  const db = await PGlite.create();
  const server = new PGLiteSocketServer({ db, host: "127.0.0.1", port: 0, maxConnections: 20 });
  await server.start();
  let stopped: Promise<void> | null = null;
  const end = async (): Promise<void> => {
    await server.stop();
    await db.close();
  };
  return {
    kind: "pglite",
    url: `postgres://postgres:postgres@${server.getServerConn()}/postgres`,
    stop: () => {
      stopped ??= end();
      return stopped;
    },
  };
}
