/** Words that tools print for NULL where psql prints nothing: MySQL and SQL Server, DBeaver, pandas. */
export const BLANK_WORDS = ["NULL", "null", "[NULL]", "(null)", "<null>", "None", "NaN", "nan", "NaT"] as const;

/** Whether a cell holds nothing. Not for single metadata values: there `null` may be what an app wrote. */
export function isBlank(cell: string): boolean {
  const text = cell.trim();
  return text === "" || (BLANK_WORDS as readonly string[]).includes(text);
}
