export { analyzeDrift, type DriftAnalysis, type DriftOptions } from "./drift/analyze-drift";
export { type Findings, readFindings } from "./drift/findings";
export { acceptedDriftHtml } from "./monitor/health/accepted-drift-html";
export type { Health } from "./monitor/health/health";
export { healthFiguresHtml } from "./monitor/health/health-figures-html";
export { healthVerdictHtml } from "./monitor/health/health-verdict-html";
export { incidentsHtml } from "./monitor/health/incidents-html";
export { lastRunsHtml } from "./monitor/health/last-runs-html";
export { mismatchChartHtml } from "./monitor/health/mismatch-chart-html";
export { type HealthOptions, readHealth } from "./monitor/health/read-health";
export { repeatOffendersHtml } from "./monitor/health/repeat-offenders-html";
export { scopesHtml } from "./monitor/health/scopes-html";
export { verificationPointsHtml } from "./monitor/health/verification-points-html";
export { runSafetyChecks, type SafetyCheckOptions } from "./monitor/run-safety-checks";
export type { SafetyCheck, SafetyReport } from "./monitor/safety-check";
export { safetyChecksHtml } from "./monitor/safety-checks-html";
export { readParameters } from "./notebook/read-parameters";
export { ReconError } from "./recon-error";
export { exportSides, type SidesOptions } from "./reconcile/live/export-sides";
export { readDiscrepancies, readTimeline } from "./reconcile/read-discrepancies";
export { type ReconcileOptions, type Reconciliation, reconcile } from "./reconcile/reconcile";
export { readSummary, type Summary } from "./reconcile/summary";
export {
  archiveOrphanedSubscriptions,
  type RepairOptions,
  type RepairResult,
  reconcileSubscriptionMetadata,
  reconcileSubscriptionStatuses,
  reconcileSubscriptions,
} from "./repair/reconcile-subscriptions";
export {
  applyRepair,
  auditRepair,
  type PlannedRepair,
  planRepair,
  type RepairRun,
  reconcileLive,
  rollBackRepair,
  verifyRepair,
} from "./repair/repair-steps";
export { bannerHtml } from "./report/banner";
export { chartHtml } from "./report/chart";
export { countBy } from "./report/count-by";
export { countsHtml } from "./report/counts-table";
export { discrepanciesHtml } from "./report/discrepancies-section";
export { affectedIdsHtml } from "./report/drift-affected-ids";
export { causesHtml } from "./report/drift-causes";
export { concentrationsHtml } from "./report/drift-concentrations";
export { nextStepHtml } from "./report/drift-next-step";
export { driftSeriesHtml } from "./report/drift-series";
export { driftTimelineHtml } from "./report/drift-timeline";
export { transitionsHtml } from "./report/drift-transitions";
export { typesHtml } from "./report/drift-types";
export { driftVerdictHtml } from "./report/drift-verdict";
export { type Frame, toFrame } from "./report/frame";
export { frameHtml } from "./report/frame-table";
export { inputsHtml } from "./report/inputs-table";
export { kindChartHtml } from "./report/kind-chart";
export { auditHtml, repairPlanHtml, repairRunHtml, rollbackHtml, verificationHtml } from "./report/repair-html";
export { saveCsv } from "./report/save-csv";
export { savedFilesHtml } from "./report/saved-files";
export { show } from "./report/show";
export { showProgress } from "./report/show-progress";
export { tableHtml } from "./report/table";
export { timelineChartHtml } from "./report/timeline-chart";
export { verdictHtml } from "./report/verdict-banner";
export { type Details, type Discrepancy, type Disposition, KINDS, type Kind, type Side } from "./subscription";
