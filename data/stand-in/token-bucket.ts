/** Lets through `perSecond` calls a second, and as many at once after a quiet second. `clock` gives milliseconds. */
export function tokenBucket(perSecond: number, clock: () => number): () => boolean {
  let tokens = perSecond;
  let last = clock();
  return () => {
    const now = clock();
    tokens = Math.min(perSecond, tokens + ((now - last) / 1000) * perSecond);
    last = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
