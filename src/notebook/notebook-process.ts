import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { ReconError } from "../recon-error";
import type { Metadata, MimeBundle } from "./nbformat";
import type { ParametersRead } from "./read-parameters";

/** The folder that holds package.json: where cells run, and what their imports start from. */
export const PROJECT_ROOT = join(__dirname, "..", "..");

/** An error as Jupyter keeps it; the traceback is text for people. */
export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** Something a cell printed or displayed; `cell` is its index in the notebook. */
export type CellOutput =
  | { readonly kind: "stream"; readonly cell: number; readonly name: "stdout" | "stderr"; readonly text: string }
  | {
      readonly kind: "display";
      readonly cell: number;
      readonly data: MimeBundle;
      readonly metadata: Metadata;
      /** Names a display that later ones update. */
      readonly id: string | null;
      readonly update: boolean;
    };

/** How a request to the process ended. A failure names the cell at fault, which may be an earlier one. */
export type Answer =
  | { readonly kind: "ready" }
  | { readonly kind: "completed"; readonly cell: number; readonly count: number | null }
  | { readonly kind: "failed"; readonly cell: number; readonly count: number | null; readonly error: CellError }
  | { readonly kind: "timeout" }
  | { readonly kind: "ended"; readonly code: number | null; readonly signal: string | null; readonly stderr: string };

type Message =
  | Answer
  | CellOutput
  | ({ readonly kind: "parameters" } & ParametersRead)
  | { readonly kind: "compiler"; readonly event: "opening" | "opened" };

/** What the holder of a process wants to hear while cells run. */
export interface Listeners {
  readonly onOutput: (output: CellOutput) => void;
  readonly onParameters: (read: ParametersRead) => void;
}

/** A process that runs the cells of a notebook, one request at a time. */
export interface NotebookProcess {
  /** Waits until tslab has started, then hands over the parameters and who listens. */
  readonly start: (parameters: Readonly<Record<string, string>>, listeners: Listeners) => Promise<void>;
  /** Runs a cell; after `seconds` the process is killed. */
  readonly execute: (cell: number, code: string, seconds: number) => Promise<Answer>;
  /** Gives what the cells left running a moment to end or fail; `ended` with code 0, or `timeout`, is a good end. */
  readonly finish: (seconds: number) => Promise<Answer>;
  /** Ends a notebook, so that another one can be started; `ready` is a good end. */
  readonly restart: (seconds: number) => Promise<Answer>;
  /** Has the process load what draws charts, beside what else it does. */
  readonly loadCharts: () => void;
  /** Kills the process and everything it started. */
  readonly kill: () => void;
}

/** How long tslab may take to start, in seconds: it takes one or two. */
const START_SECONDS = 60;

/**
 * Starts a process that will run one notebook; one may be started ahead, for it takes about a second.
 * It is a group of its own, so that Ctrl-C reaches this process alone, which decides.
 */
export function startNotebookProcess(): NotebookProcess {
  const child = fork(join(__dirname, "notebook-child.cjs"), {
    cwd: PROJECT_ROOT,
    env: childEnvironment(),
    execArgv: [],
    detached: process.platform !== "win32",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const answers: Answer[] = [];
  let listeners: Listeners | null = null;
  let wake = (): void => {};
  let stderr = "";
  /** Gives the answer that is waited for so many seconds from now on; as many as were asked for when none are given. */
  let extend = (_seconds?: number): void => {};

  const answer = (given: Answer): void => {
    answers.push(given);
    wake();
  };
  const kill = (): void => killGroup(child);
  process.once("exit", kill);
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-4000);
  });
  child.on("error", (error) => answer({ kind: "ended", code: null, signal: null, stderr: error.message }));
  child.on("message", (message: Message) => {
    if (message.kind === "stream" || message.kind === "display") listeners?.onOutput(message);
    else if (message.kind === "parameters") listeners?.onParameters(message);
    // The time of a cell is its own.
    else if (message.kind === "compiler") extend(message.event === "opening" ? START_SECONDS : undefined);
    else answer(message);
  });
  child.on("exit", () => {
    kill();
    process.removeListener("exit", kill);
  });
  child.on("close", (code, signal) => answer({ kind: "ended", code, signal, stderr }));

  /** The next answer, which may have come unasked, such as a late error. An end is the answer for ever. */
  const next = async (seconds: number): Promise<Answer> => {
    let timer: NodeJS.Timeout | undefined;
    extend = (given = seconds) => {
      clearTimeout(timer);
      timer = setTimeout(() => answer({ kind: "timeout" }), given * 1000);
    };
    extend();
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (answers.length > 0) resolve();
    });
    clearTimeout(timer);
    extend = () => {};
    const given = answers[0] as Answer;
    if (given.kind !== "ended") answers.shift();
    if (given.kind === "timeout") kill();
    return given;
  };
  const request = (message: object, seconds: number): Promise<Answer> => {
    if (child.connected) child.send(message, () => {});
    return next(seconds);
  };

  return {
    start: async (parameters, heard) => {
      const started = await next(START_SECONDS);
      if (started.kind !== "ready") throw startFailure(started);
      listeners = heard;
      child.send({ kind: "parameters", values: parameters }, () => {});
    },
    execute: (cell, code, seconds) => request({ kind: "execute", cell, code }, seconds),
    restart: async (seconds) => {
      const answer = await request({ kind: "restart" }, seconds);
      if (answer.kind === "ready") answers.unshift(answer);
      return answer;
    },
    finish: (seconds) => request({ kind: "finish" }, seconds),
    loadCharts: () => void child.send({ kind: "loadCharts" }, () => {}),
    kill,
  };
}

/** Cells see the caller's environment, without its wish for colors: their text is kept in a file. */
function childEnvironment(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, ...rest } = process.env;
  return { ...rest, NO_COLOR: "1" };
}

/** Kills a process and what it started, even when it has ended itself and left something behind. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid === undefined || process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group has ended already.
  }
}

function startFailure(answer: Answer): ReconError {
  const why = answer.kind === "ended" ? answer.stderr.trim() : `no answer within ${START_SECONDS} seconds`;
  return new ReconError(
    "notebook_start_failed",
    `The TypeScript kernel did not start. Run "npm install". ${why}`.trim(),
  );
}
