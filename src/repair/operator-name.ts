/** Who repairs, for the record: RECON_OPERATOR, else the user of the machine. */
export function operatorName(env: NodeJS.ProcessEnv = process.env): string {
  return env["RECON_OPERATOR"] ?? env["USER"] ?? env["USERNAME"] ?? env["LOGNAME"] ?? "unknown";
}
