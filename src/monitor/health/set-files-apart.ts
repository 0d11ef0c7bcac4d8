import type { RunRecord } from "../run-record";

const FROM_FILES = ", from files";

/**
 * Where a scope is also read live, its runs on exported files are a scope of their own: what somebody compares by hand, such as the
 * exports of last month, says nothing of today.
 */
export function setFilesApart(runs: readonly RunRecord[]): RunRecord[] {
  const live = new Set(runs.filter(({ source }) => source === "live").map(({ scope }) => scope));
  return runs.map((run) =>
    run.source === "files" && live.has(run.scope) ? { ...run, scope: `${run.scope}${FROM_FILES}` } : run,
  );
}

/** The scope, however it was read. */
export function wholeScope(scope: string): string {
  return scope.endsWith(FROM_FILES) ? scope.slice(0, -FROM_FILES.length) : scope;
}
