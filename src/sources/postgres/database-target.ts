/** Which database, for messages. A `pg.Client` is one. It has no password. */
export interface DatabaseTarget {
  /** A host name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database?: string | undefined;
  readonly user?: string | undefined;
}

/** Where a server listens: `db.example.com:5432`, `[::1]:5432`, `/var/run/postgresql`. */
export function serverText({ host, port }: DatabaseTarget): string {
  if (host.startsWith("/")) return `${host}/.s.PGSQL.${port}`;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A database in words: `"shop" on db.example.com:5432`. */
export function databaseText(target: DatabaseTarget): string {
  return `"${target.database ?? ""}" on ${serverText(target)}`;
}
