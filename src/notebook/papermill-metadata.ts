import type { Metadata } from "./nbformat";
import type { ParametersRead } from "./read-parameters";

/** When something began and ended. */
export interface Span {
  readonly start: Date;
  readonly end: Date;
}

/** What is recorded of a whole run. Paths are as the caller gave them. */
export interface RunRecord {
  readonly span: Span;
  readonly parameters: ParametersRead;
  readonly inputPath: string;
  readonly outputPath: string;
  readonly failed: boolean;
  /** The version of this package. */
  readonly version: string;
}

/**
 * The metadata of an executed notebook with what papermill would record of its run: times in UTC, duration in seconds.
 * Environment variables are never recorded.
 * Source: papermill's `prepare_notebook_metadata` and `NotebookExecutionManager`, https://papermill.readthedocs.io
 */
export function recordRun(metadata: Metadata, run: RunRecord): Metadata {
  const papermill = {
    parameters: run.parameters.given,
    default_parameters: run.parameters.defaults,
    environment_variables: {},
    input_path: run.inputPath,
    output_path: run.outputPath,
    version: run.version,
    exception: run.failed ? true : null,
    ...times(run.span),
  };
  return { ...metadata, papermill };
}

/** The metadata of a code cell with how it ran; `span` is null for a cell that was not run. */
export function recordCell(metadata: Metadata, span: Span | null, failed: boolean): Metadata {
  const status = span === null ? "pending" : failed ? "failed" : "completed";
  const exception = span === null ? null : failed;
  return { ...metadata, papermill: { status, exception, ...times(span) } };
}

function times(span: Span | null): Metadata {
  if (span === null) return { start_time: null, end_time: null, duration: null };
  return {
    start_time: span.start.toISOString(),
    end_time: span.end.toISOString(),
    duration: (span.end.getTime() - span.start.getTime()) / 1000,
  };
}
