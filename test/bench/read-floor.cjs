// The floor: what DuckDB takes to read both exports once and touch id, status and metadata, with its columns declared.
// Plain JavaScript, so that nothing but Node and DuckDB has to start. Prints the rows read of each side.
const { DuckDBInstance } = require("@duckdb/node-api");

const COLUMNS = [
  ["id", "customer", "status", "price", "quantity", "currency", "created", "current_period_end", "metadata"],
  [
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
];

async function readFloor(paths) {
  const instance = await DuckDBInstance.create(":memory:", { preserve_insertion_order: "false" });
  const connection = await instance.connect();
  const rows = [];
  for (const [index, path] of paths.entries()) {
    const types = COLUMNS[index].map((name) => `'${name}': 'VARCHAR'`).join(", ");
    const result = await connection.runAndReadAll(`
      SELECT count(id), sum(length(status)), sum(length(metadata))
      FROM read_csv('${path}', auto_detect = false, header = true, columns = {${types}})`);
    rows.push(Number(result.getRows()[0][0]));
  }
  console.log(rows.join(" "));
  process.exit(0);
}

void readFloor(process.argv.slice(2));
