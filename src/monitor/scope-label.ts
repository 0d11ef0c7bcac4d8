import { createHash } from "node:crypto";

/** A scope for those who may not learn whose it is: `all` as it is, any other as `part_` and eight hexadecimal digits. */
export function scopeLabel(scope: string): string {
  return scope === "all" ? scope : `part_${createHash("sha256").update(scope).digest("hex").slice(0, 8)}`;
}
