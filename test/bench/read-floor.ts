import { DuckDBInstance } from "@duckdb/node-api";

// The floor: what DuckDB takes to read both exports once and touch id, status and metadata, with its columns declared.
const columns = {
  stripe: ["id", "customer", "status", "price", "quantity", "currency", "created", "current_period_end", "metadata"],
  database: [
    "id",
    "customer_id",
    "tenant_id",
    "status",
    "price_id",
    "quantity",
    "currency",
    "metadata",
    "current_period_end",
    "created_at",
    "updated_at",
  ],
};

async function readFloor(paths: Readonly<Record<keyof typeof columns, string>>): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { preserve_insertion_order: "false" });
  const connection = await instance.connect();
  for (const side of ["stripe", "database"] as const) {
    const types = columns[side].map((name) => `'${name}': 'VARCHAR'`).join(", ");
    await connection.runAndReadAll(
      `SELECT count(id), sum(length(status)), sum(length(metadata)) FROM read_csv('${paths[side]}', auto_detect = false, header = true, columns = {${types}})`,
    );
  }
  process.exit(0);
}

const [, , stripe = "", database = ""] = process.argv;
void readFloor({ stripe, database });
