import { Command } from "commander";
import { repairApplyCommand } from "./repair-apply";
import { repairPlanCommand } from "./repair-plan";
import { repairRollbackCommand } from "./repair-rollback";
import { repairVerifyCommand } from "./repair-verify";

/** `recon repair`: the runbook's four actions: plan, apply, verify, roll back. */
export function repairCommand(): Command {
  return new Command("repair")
    .description("make the database say what Stripe says, with a backup, a journal and a way back; Stripe is only read")
    .addCommand(repairPlanCommand())
    .addCommand(repairApplyCommand())
    .addCommand(repairVerifyCommand())
    .addCommand(repairRollbackCommand());
}
