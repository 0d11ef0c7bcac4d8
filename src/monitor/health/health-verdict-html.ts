import { bannerHtml } from "../../report/banner";
import type { Health } from "./health";
import { verdictLines } from "./judge-health";

/**
 * The answer at a glance, with what is wrong, since when and what to do first.
 *
 * @param label - stands above it where the runs are none of a real account, such as those of a simulation
 */
export function healthVerdictHtml({ verdict, place }: Health, label: string | null = null): string {
  const { tone, title } = verdict;
  const above = label === null || label === "" ? "" : bannerHtml({ tone: "warn", title: label });
  return above + bannerHtml({ tone, title, lines: [...verdictLines(verdict), place] });
}
