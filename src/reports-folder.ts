import { join, relative } from "node:path";

/** Where reports and, without a database, their history are kept: RECON_REPORTS, else `reports` in the project. */
export function reportsFolder(env: NodeJS.ProcessEnv = process.env): string {
  const given = env["RECON_REPORTS"]?.trim() ?? "";
  return given === "" ? relative(process.cwd(), join(__dirname, "..", "reports")) || "." : given;
}
