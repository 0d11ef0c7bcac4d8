import { ReconError } from "../../recon-error";
import type { Where } from "./export-query";

/**
 * Reads a condition such as `tenant_id=tenant_001` and adds it to others. Values of one column add up; a value may hold `=`.
 *
 * @throws ReconError when it is not one
 */
export function readWhere(text: string, where: Where = {}): Where {
  const at = text.indexOf("=");
  if (at < 1) throw new ReconError("bad_where", `"${text}": expected column=value, such as tenant_id=tenant_001.`);
  const [column, value] = [text.slice(0, at), text.slice(at + 1)];
  const others = Object.hasOwn(where, column) ? (where[column] ?? []) : [];
  return { ...where, [column]: [...others, value] };
}
