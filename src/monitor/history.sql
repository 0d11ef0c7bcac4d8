-- The history of reconciliations. Run it again as often as you like: it changes nothing that is there.
-- A role that may not create schemas needs an administrator to run this once, and then:
--   GRANT USAGE ON SCHEMA reconciliation TO the_role;
--   GRANT SELECT, INSERT ON reconciliation.runs, reconciliation.history_events TO the_role;
-- and, for a role that may prune:
--   GRANT DELETE ON reconciliation.runs TO the_role;
CREATE SCHEMA IF NOT EXISTS reconciliation;

CREATE TABLE IF NOT EXISTS reconciliation.runs (
  run_id text PRIMARY KEY,
  scope text NOT NULL,
  outcome text NOT NULL,
  started_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  body jsonb NOT NULL
);

CREATE INDEX IF NOT EXISTS runs_started ON reconciliation.runs (scope, started_at);

CREATE TABLE IF NOT EXISTS reconciliation.history_events (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  event text NOT NULL,
  body jsonb NOT NULL
);

CREATE OR REPLACE FUNCTION reconciliation.refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is only ever added to', TG_TABLE_SCHEMA, TG_TABLE_NAME;
END $$;

-- now() is the same throughout a transaction: a run goes only in the transaction that puts its pruning on record.
CREATE OR REPLACE FUNCTION reconciliation.refuse_unrecorded_pruning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM reconciliation.history_events
    WHERE event = 'pruned'
      AND recorded_at = now()
      AND OLD.started_at < (body ->> 'before')::timestamptz
  ) THEN
    RAISE EXCEPTION 'reconciliation.runs is only pruned on record: recon history prune';
  END IF;
  RETURN OLD;
END $$;

DROP TRIGGER IF EXISTS append_only ON reconciliation.runs;
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON reconciliation.runs
  FOR EACH STATEMENT EXECUTE FUNCTION reconciliation.refuse_history_change();

DROP TRIGGER IF EXISTS pruned_on_record ON reconciliation.runs;
CREATE TRIGGER pruned_on_record BEFORE DELETE ON reconciliation.runs
  FOR EACH ROW EXECUTE FUNCTION reconciliation.refuse_unrecorded_pruning();

DROP TRIGGER IF EXISTS append_only ON reconciliation.history_events;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reconciliation.history_events
  FOR EACH STATEMENT EXECUTE FUNCTION reconciliation.refuse_history_change();
