-- What the workers of `recon watch --tenants` have in common. Run it again as often as you like: it changes nothing that is there.
-- A role that may not create schemas needs an administrator to run this once, and then:
--   GRANT USAGE ON SCHEMA reconciliation TO the_role;
--   GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA reconciliation TO the_role;
CREATE SCHEMA IF NOT EXISTS reconciliation;

-- One reconciliation of all tenants. There is one of a period.
CREATE TABLE IF NOT EXISTS reconciliation.tenant_runs (
  run_id text PRIMARY KEY,
  period timestamptz NOT NULL UNIQUE,
  opened_at timestamptz NOT NULL DEFAULT now(),
  -- How a part is to be read and judged; null until both sides were exported.
  facts jsonb,
  closed_at timestamptz
);

-- The rows of a tenant on both sides, Parquet in pieces. They are removed when the run is closed.
CREATE TABLE IF NOT EXISTS reconciliation.tenant_parts (
  run_id text NOT NULL REFERENCES reconciliation.tenant_runs ON DELETE CASCADE,
  -- The empty text: what belongs to no tenant.
  tenant text NOT NULL,
  file text NOT NULL,
  piece integer NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (run_id, tenant, file, piece)
);

-- The one accepted result of a tenant in a run. What it holds of subscriptions is removed when the run is closed.
CREATE TABLE IF NOT EXISTS reconciliation.tenant_results (
  run_id text NOT NULL REFERENCES reconciliation.tenant_runs ON DELETE CASCADE,
  tenant text NOT NULL,
  worker text NOT NULL,
  started_at timestamptz NOT NULL,
  finished_at timestamptz NOT NULL,
  summary jsonb NOT NULL,
  learned jsonb,
  discrepancies bytea,
  PRIMARY KEY (run_id, tenant)
);

-- The line in which all processes wait to ask Stripe: the slot that was given last.
CREATE TABLE IF NOT EXISTS reconciliation.stripe_pace (
  line text PRIMARY KEY,
  slot_at timestamptz NOT NULL
);
