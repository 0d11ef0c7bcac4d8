import { tableHtml } from "../report/table";
import type { SafetyCheck, SafetyReport } from "./safety-check";

const SIGNS: Readonly<Record<SafetyCheck["outcome"], string>> = { pass: "✓ pass", warn: "! warn", fail: "✕ fail" };

/** The safety checks as a table: outcome, what was found, what to do. */
export function safetyChecksHtml({ checks }: SafetyReport): string {
  return tableHtml({
    columns: [
      { key: "check", title: "Check" },
      { key: "outcome", title: "Outcome" },
      { key: "says", title: "Found" },
      { key: "todo", title: "To do" },
    ],
    rows: checks.map(({ name, outcome, says, todo }) => ({
      check: name.replaceAll("_", " "),
      outcome: SIGNS[outcome],
      says,
      todo,
    })),
    empty: "No check was made",
  });
}
