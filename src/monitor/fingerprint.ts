import { createHash } from "node:crypto";
import type { Kind } from "../subscription";

/**
 * Names a discrepancy without telling whose it is: the same in every run, twelve hexadecimal digits. `readDrift` computes the same
 * in SQL.
 */
export function fingerprintOf(subscriptionId: string, kind: Kind): string {
  return createHash("sha256").update(`${kind}:${subscriptionId}`).digest("hex").slice(0, 12);
}
