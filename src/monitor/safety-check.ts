import { z } from "zod";

const checkSchema = z.object({
  name: z.enum(["database", "stripe", "last_reconciliation", "impact"]),
  outcome: z.enum(["pass", "warn", "fail"]),
  /** What was found, in one line. */
  says: z.string(),
  /** What to do about it; null when nothing is to be done. */
  todo: z.string().nullable(),
});

/** What `recon check --json` prints. `checked_at` is ISO 8601 in UTC; the checks stand in the runbook's order. */
export const safetyReportSchema = z.object({
  schema_version: z.literal(1),
  checked_at: z.iso.datetime(),
  checks: z.array(checkSchema),
});

/** One of the runbook's safety checks with its outcome. */
export type SafetyCheck = z.infer<typeof checkSchema>;

/** All safety checks of one moment. */
export type SafetyReport = z.infer<typeof safetyReportSchema>;

/** A check that failed, with what the error says; our messages say what to do themselves. */
export function failedCheck(name: SafetyCheck["name"], error: unknown): SafetyCheck {
  return { name, outcome: "fail", says: error instanceof Error ? error.message : String(error), todo: null };
}
