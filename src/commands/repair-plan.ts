import { Command, InvalidArgumentError } from "commander";
import { checkFolder } from "../check-folder";
import { progressLine } from "../progress-line";
import { EXIT } from "../recon-error";
import { KINDS, type Kind } from "../subscription";
import { endOnSignals } from "./end-on-signals";
import { given, listOf } from "./option-values";
import { say } from "./say";
import { type LiveSideOptions, modeOf, withLiveSide } from "./with-live";

interface Options extends LiveSideOptions {
  readonly out?: string;
  readonly config?: string;
  readonly preset?: string;
  readonly table?: string;
  readonly kinds: readonly Kind[];
  readonly only?: readonly string[];
  readonly tenant?: string;
}

/** `recon repair plan`: what a repair would change, for a person to read and sign. */
export function repairPlanCommand(): Command {
  return withLiveSide(new Command("plan"))
    .argument("<report>", "folder that recon diff or recon report wrote")
    .description("plan a repair: each change with before, after and why; nothing is written to the database")
    .option("--out <dir>", "folder of the plan (default: reports/repair-<time>)", given)
    .option("--config <file>", "recon.json with the table's columns (default: the one of this folder)", given)
    .option("--preset <name>", "a known table instead: default, cashier, pay, better-auth, vercel-starter", given)
    .option("--table <name>", "the table, or schema.table (default: subscriptions)", given)
    .option("--kinds <kinds>", "only these, joined by commas", kindsOf, [...KINDS])
    .option("--only <ids>", "only these subscriptions, joined by commas", listOf)
    .option("--tenant <id>", "only this tenant", given)
    .action(async (report: string, options: Options) => {
      endOnSignals("nothing was changed");
      const expectMode = modeOf(options);
      const { planRepair, repairFolder } = await import("../repair/repair-steps");
      const out = options.out ?? repairFolder();
      checkFolder(out);
      const progress = progressLine();
      const { tenant: tenantId, ...choice } = options;
      const request = { ...choice, report, out, expectMode, tenantId, onProgress: progress.step };
      const { plan, files } = await planRepair(request).finally(progress.end);
      const { insert, archive, update, left_out } = plan.counts;
      const lines = [
        `${plan.changes.length} changes of ${plan.table_rows} rows of ${plan.table}: ${insert} insert, ${archive} archive, ${update} update; ${left_out} left out`,
        `Plan:  ${files.text} (to read and sign), ${files.plan}, ${files.sql}`,
        `Hash:  ${plan.hash}`,
      ];
      process.stdout.write(`${lines.join("\n")}\n`);
      if (plan.changes.length === 0) say("There is nothing to change.");
      else say(`To apply it: recon repair apply ${files.plan} --confirm ${plan.hash.slice(0, 12)}`);
      process.exitCode = EXIT.clean;
    });
}

function kindsOf(text: string): Kind[] {
  const kinds = listOf(text);
  const unknown = kinds.find((kind) => !(KINDS as readonly string[]).includes(kind));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`there is no kind ${unknown}; there are ${KINDS.join(", ")}.`);
  return kinds as Kind[];
}
