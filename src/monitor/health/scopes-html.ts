import type { Tone } from "../../report/banner";
import { stateHtml } from "../../report/chip";
import { tableHtml } from "../../report/table";
import type { Health } from "./health";
import type { ScopeState } from "./scope-states";

const TONES: Readonly<Record<ScopeState["rhythm"]["state"], Tone>> = { on_time: "good", failing: "bad", silent: "bad" };

/** Every scope with its last run, those that ask for something first. */
export function scopesHtml({ scopes, otherScopes }: Health): string {
  const rank = ({ rhythm, open }: ScopeState): number => (rhythm.state === "on_time" ? 0 : 1) + (open > 0 ? 2 : 0);
  return tableHtml({
    caption: "Scopes",
    columns: [
      { key: "scope", title: "Scope" },
      { key: "state", title: "Schedule", kind: "html" },
      { key: "open", title: "Open", kind: "number" },
      { key: "last", title: "Last run", kind: "time" },
      { key: "outcome", title: "Outcome" },
    ],
    rows: [...scopes, ...otherScopes]
      .sort((a, b) => rank(b) - rank(a) || b.open - a.open)
      .map(({ scope, last, open, rhythm, lastComparable }) => ({
        scope,
        state: stateHtml(rhythm.state.replace("_", " "), TONES[rhythm.state]),
        open: lastComparable === null ? null : open,
        last: last.started_at,
        outcome: last.outcome,
      })),
    empty: "No scope is on record.",
  });
}
