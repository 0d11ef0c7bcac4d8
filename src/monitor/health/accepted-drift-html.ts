import { stateHtml } from "../../report/chip";
import { tableHtml } from "../../report/table";
import { KIND_TITLES } from "../../subscription";
import type { AcceptedDrift } from "./accepted-drift";
import { durationText } from "./duration-text";
import type { Health } from "./health";

/** What somebody decided to live with: who, why, until when, and whether it is still there. */
export function acceptedDriftHtml({ accepted, checkedAt }: Health): string {
  return tableHtml({
    caption: "Accepted drift",
    columns: [
      { key: "state", title: "State", kind: "html" },
      { key: "until", title: "Until", kind: "time" },
      { key: "left", title: "Left" },
      { key: "discrepancies", title: "Discrepancies", kind: "number" },
      { key: "stillThere", title: "Still there", kind: "number" },
      { key: "kinds", title: "Kinds" },
      { key: "who", title: "Who" },
      { key: "why", title: "Why" },
      { key: "at", title: "Since", kind: "time" },
    ],
    rows: accepted.map((each) => ({
      ...each,
      state: stateOf(each),
      left: leftText(each, checkedAt),
      kinds: each.kinds.map((kind) => KIND_TITLES[kind].toLowerCase()).join(", "),
    })),
    empty: "Nothing is accepted: every actionable discrepancy counts.",
  });
}

function stateOf({ state, stillThere }: AcceptedDrift): string {
  if (state === "open") return stateHtml("accepted", "good");
  return stillThere === 0 ? stateHtml("expired", null) : stateHtml("expired", "warn");
}

function leftText({ until }: AcceptedDrift, now: Date): string {
  const left = Date.parse(until) - now.getTime();
  return left > 0 ? durationText(left) : `ended ${durationText(-left)} ago`;
}
