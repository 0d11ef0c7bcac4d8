/**
 * One line of CSV with its line feed, quoted as PostgreSQL's COPY quotes it:
 * null is nothing at all, an empty text is `""`, and a field is quoted where it has to be.
 */
export function csvLine(fields: readonly (string | number | null)[]): string {
  const cells = fields.map((field) => {
    if (field === null) return "";
    const text = String(field);
    return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${cells.join(",")}\n`;
}
