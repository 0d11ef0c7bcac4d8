/** SQL that keeps a spreadsheet from running a text as a formula. Source: https://owasp.org/www-community/attacks/CSV_Injection */
export function neutralSql(text: string): string {
  return `CASE WHEN left(${text}, 1) IN ('=', '+', '-', '@', chr(9), chr(13)) THEN '''' || ${text} ELSE ${text} END`;
}
