import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { stringify } from "csv-stringify/sync";
import type { Frame } from "./frame";
import { neutralizeFormula } from "./neutralize-formula";

/**
 * Writes a Danfo frame as CSV with a header, quoted where a value needs it and safe to open in a spreadsheet; a number
 * that is missing is an empty cell. (Danfo's own `toCSV` quotes nothing, so that a comma in a value moves its row.)
 *
 * @param path made with its folder; from the project's folder when relative
 */
export async function saveCsv(frame: Frame, path: string): Promise<void> {
  const rows = (frame.values as unknown[][]).map((row) =>
    row.map((value) => (Number.isNaN(value) ? "" : neutralizeFormula(value))),
  );
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, stringify([frame.columns, ...rows]));
}
