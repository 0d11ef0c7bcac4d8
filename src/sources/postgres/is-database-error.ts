/** Whether an error came from the database or the way to it, and not from our files or our code. */
export function isDatabaseError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code = "", syscall } = error as NodeJS.ErrnoException;
  const isFromServer = "severity" in error;
  const isFromSocket = /^(ECONN|EHOST|ENET|EPIPE|ETIMEDOUT)/.test(code) && syscall !== undefined;
  return isFromServer || isFromSocket || LOST_CONNECTION.test(error.message);
}

/** What the client says when its connection was lost, and when it is called after that. */
export const LOST_CONNECTION = /^Connection terminated|not queryable|Client was closed/;
