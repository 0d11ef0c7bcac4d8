/** A text as an SQL string literal. Everything that comes from data or from a path passes through here. */
export function sqlText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A name as a quoted SQL identifier. */
export function sqlName(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

/** A JSON pointer to one member, safe for any key (RFC 6901), as an SQL literal. */
export function sqlJsonPointer(key: string): string {
  return sqlText(`/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
}
