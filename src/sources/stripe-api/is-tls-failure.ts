const CODES =
  /^(ERR_TLS_|ERR_SSL_|CERT_|EPROTO$|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED)/;

/** Whether a connection failed because the other side's certificate or protocol was not accepted, by Node's error code. */
export function isTlsFailure(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === "string" && CODES.test(code);
}
