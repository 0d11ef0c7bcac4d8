import { readCsvHead } from "../../sources/csv-head";
import { openFile } from "../../sources/open-file";
import { openWorkspace } from "../../sources/workspace";

/** The columns of a database export, in its order. */
export async function exportHeader(path: string): Promise<readonly string[]> {
  const workspace = openWorkspace();
  try {
    return readCsvHead(await openFile(path, workspace, "database")).names;
  } finally {
    workspace.close();
  }
}
