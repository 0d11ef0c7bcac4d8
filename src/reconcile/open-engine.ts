import { availableParallelism } from "node:os";
import type { DuckDBConnection } from "@duckdb/node-api";
import { explainSqlError } from "./explain-sql-error";

/** The SQL engine of one reconciliation. */
export interface Engine {
  /** Runs statements for their effect. */
  run(sql: string): Promise<void>;
  /** The rows of a query, numbers and booleans as such. For results that fit in memory. */
  rows<Row>(sql: string): Promise<Row[]>;
  close(): void;
}

/** What the engine may use. */
export interface EngineLimits {
  /** Where it spills when memory runs short. */
  readonly temporaryDirectory: string;
  /** DuckDB's own limit, such as `600MB`; the process needs some 300 MB more. `RECON_MEMORY_LIMIT` sets it. */
  readonly memoryLimit?: string;
}

/** Leaves the process below 1 GB. Joins larger than this spill to disk. */
const MEMORY_LIMIT = "640MB";

/**
 * Opens an in-memory DuckDB that works out of core and never reaches for the network or for extensions.
 *
 * The package is loaded here and not at the top, so that importing `src/index` stays cheap.
 */
export async function openEngine(limits: EngineLimits): Promise<Engine> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(availableParallelism()),
    memory_limit: limits.memoryLimit ?? process.env["RECON_MEMORY_LIMIT"] ?? MEMORY_LIMIT,
    temp_directory: limits.temporaryDirectory,
    preserve_insertion_order: "false",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection: DuckDBConnection = await instance.connect();
  await connection.run("SET timezone = 'UTC'");
  return {
    run: async (sql) => {
      await connection.run(sql).catch(fail);
    },
    rows: async <Row>(sql: string) =>
      (await connection.runAndReadAll(sql).catch(fail)).getRowObjectsJS().map(plainNumbers) as Row[],
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function fail(cause: unknown): never {
  throw explainSqlError(cause);
}

/** DuckDB's BIGINT arrives as bigint; all of ours are counts and Unix seconds, far below 2^53. */
function plainNumbers(row: Record<string, unknown>): Record<string, unknown> {
  for (const key of Object.keys(row)) {
    if (typeof row[key] === "bigint") row[key] = Number(row[key]);
  }
  return row;
}
