import { ReconError } from "../recon-error";

/** Who is asked, and the runbook to open when there is no answer. */
export interface Asked {
  readonly who: string;
  readonly runbook: string;
}

/**
 * What a promise gives, unless it takes longer than so many seconds.
 *
 * @throws ReconError `no_answer` after the time; what the promise throws, before
 */
export async function answersWithin<Result>(
  seconds: number,
  { who, runbook }: Asked,
  work: Promise<Result>,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `${who} did not answer within ${seconds} s. See the "${runbook}" runbook.`;
    timer = setTimeout(() => reject(new ReconError("no_answer", message)), seconds * 1000);
  });
  work.catch(() => undefined);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
