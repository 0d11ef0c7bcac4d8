/**
 * A value that a spreadsheet shows as text: what would start a formula gets a leading apostrophe, numbers stay numbers.
 *
 * For CSV that people open in a spreadsheet; quoting is left to the CSV writer.
 * Source: https://owasp.org/www-community/attacks/CSV_Injection
 */
export function neutralizeFormula<Value>(value: Value): Value | string {
  if (typeof value !== "string" || !STARTS_A_FORMULA.test(value) || PLAIN_NUMBER.test(value)) return value;
  return `'${value}`;
}

// The full-width forms start a formula in East Asian editions.
const STARTS_A_FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const PLAIN_NUMBER = /^[+-]?\d+(\.\d+)?$/;
