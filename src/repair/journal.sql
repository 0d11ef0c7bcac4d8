-- The journal of repairs. Run it again as often as you like: it changes nothing that is there.
-- A role that may not create schemas needs an administrator to run this once, and then:
--   GRANT USAGE ON SCHEMA reconciliation TO the_role; GRANT SELECT, INSERT ON reconciliation.journal TO the_role;
CREATE SCHEMA IF NOT EXISTS reconciliation;

CREATE TABLE IF NOT EXISTS reconciliation.journal (
  seq bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  run_id text NOT NULL,
  kind text NOT NULL,
  subscription_id text,
  -- JSON, as it was hashed
  body text NOT NULL,
  previous_hash text NOT NULL,
  -- SHA-256 of the previous hash, the number and the body, each on a line of its own
  hash text NOT NULL
);

CREATE INDEX IF NOT EXISTS journal_run ON reconciliation.journal (run_id, seq);

CREATE OR REPLACE FUNCTION reconciliation.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'reconciliation.journal is only ever added to';
END $$;

DROP TRIGGER IF EXISTS append_only ON reconciliation.journal;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reconciliation.journal
  FOR EACH STATEMENT EXECUTE FUNCTION reconciliation.refuse_change();
