import { join } from "node:path";
import { type Reconciliation, reconcile } from "../../../src/reconcile/reconcile";
import type { Incident } from "./simulate-incident";
import { writeIncident } from "./write-incident";

/** Writes an incident's exports into a folder and reconciles them into its `diff`. */
export function reconcileIncident(incident: Incident, directory: string): Promise<Reconciliation> {
  const { stripeAsOf, databaseAsOf } = incident;
  const paths = writeIncident(incident, directory);
  return reconcile({ ...paths, out: join(directory, "diff"), stripeAsOf, databaseAsOf, runId: "simulated" });
}
