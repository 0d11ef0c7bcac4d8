/** What people and scripts change on a subscription that goes on. */

import type { Planned } from "./agenda";
import type { Company } from "./company";
import { between, pick, type Random } from "./random";
import type { Snapshot } from "./subscription-event";

/** What an edit changes; null where it does not apply. */
export function edit(random: Random, company: Company, s: Snapshot, now: Planned): Partial<Snapshot> | null {
  switch (now.action) {
    case "edit_metadata":
      return { metadata: editMetadata(random, s.metadata) };
    case "run_script": {
      const script = company.scripts[now.script ?? 0];
      if (script === undefined || s.metadata[script.key] === script.value) return null;
      return { metadata: { ...s.metadata, [script.key]: script.value } };
    }
    case "change_plan": {
      const offered = company.prices.filter(
        (price) =>
          price !== s.price &&
          price.created < now.at &&
          price.currency === s.price.currency &&
          price.months === s.price.months,
      );
      return offered.length === 0 ? null : { price: pick(random, offered) };
    }
    case "note_plan": {
      const tier = s.price.key.split("-")[0] ?? "";
      return s.metadata["plan_tier"] === tier ? null : { metadata: { ...s.metadata, plan_tier: tier } };
    }
    case "change_quantity": {
      const step = between(random, 1, 4);
      return { quantity: s.quantity > step && random() < 0.4 ? s.quantity - step : s.quantity + step };
    }
    default:
      return null;
  }
}

function editMetadata(random: Random, metadata: Snapshot["metadata"]): Snapshot["metadata"] {
  const loose = Object.keys(metadata).filter((key) => key !== "tenant_id" && key !== "source");
  if (loose.length > 2 && random() < 0.2) {
    const dropped = pick(random, loose);
    return Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== dropped));
  }
  const number = between(random, 100, 99_999);
  const [key, value] = pick(random, [
    ["seats", String(number % 40)],
    ["contract_id", `C-${number}/${number % 7}`],
    ["account_manager", pick(random, ["north", "south", "west"])],
    ["note", `ticket ${number}, "handled"`],
    ["region", pick(random, ["us-east", "us-west", "eu-central", "ap-south"])],
  ] as const);
  return metadata[key] === value ? { ...metadata, note: `review ${number}` } : { ...metadata, [key]: value };
}
