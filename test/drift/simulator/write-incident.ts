import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Reconciliation, reconcile } from "../../../src/reconcile/reconcile";
import type { Incident } from "./simulate-incident";

/** Where the two exports of an incident lie. */
export interface WrittenIncident {
  readonly stripe: string;
  readonly database: string;
}

/** Writes both exports into a folder, which is made if it is not there. */
export function writeIncident(incident: Incident, directory: string): WrittenIncident {
  mkdirSync(directory, { recursive: true });
  const isLines = !incident.stripe.startsWith('{\n  "object": "list"');
  const paths = {
    stripe: join(directory, isLines ? "stripe.ndjson" : "stripe.json"),
    database: join(directory, "database.csv"),
  };
  writeFileSync(paths.stripe, incident.stripe);
  writeFileSync(paths.database, incident.database);
  return paths;
}

/** Writes an incident's exports into a folder and reconciles them into its `diff`. */
export function reconcileIncident(incident: Incident, directory: string): Promise<Reconciliation> {
  const { stripeAsOf, databaseAsOf } = incident;
  const paths = writeIncident(incident, directory);
  return reconcile({ ...paths, out: join(directory, "diff"), stripeAsOf, databaseAsOf, runId: "simulated" });
}
