import { InvalidArgumentError } from "commander";
import type { Where } from "../sources/postgres/export-query";
import { readWhere } from "../sources/postgres/read-where";

/** One more `--where column=value`. */
export function addCondition(text: string, where?: Where): Where {
  try {
    return readWhere(text, where);
  } catch {
    throw new InvalidArgumentError("expected column=value, such as tenant_id=tenant_001.");
  }
}
