-- Who only looks: Grafana. The role cannot log in before somebody gives it a password (ALTER ROLE grafana_ro LOGIN PASSWORD '…').
-- Roles belong to the whole server: another database may have made it, and where ours may not make one it is made by hand.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grafana_ro') THEN
    CREATE ROLE grafana_ro NOLOGIN;
  END IF;
EXCEPTION
  WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
    RAISE NOTICE 'grafana_ro was not made: %', SQLERRM;
END
$$;

-- Partitions are read through their tables, so those to come need no word.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'grafana_ro') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO grafana_ro', current_schema());
    GRANT SELECT ON stations, evses, sessions, transactions, session_events, telemetry, telemetry_1m, meter_values, frames, faults,
      slac_matches, ocpp_messages, ingest_state, dead_letters TO grafana_ro;
  END IF;
END
$$;
