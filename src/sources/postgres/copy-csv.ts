import type { Options } from "csv-stringify";

/** How PostgreSQL's COPY writes CSV: NULL is an empty cell, an empty text is a quoted one. */
export const COPY_CSV: Options = {
  cast: { string: (text) => (text === "" ? { value: "", quoted: true, quoted_empty: true } : text) },
};
