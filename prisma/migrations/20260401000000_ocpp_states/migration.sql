-- How a station stood with its CSMS, from that time on. A row only where something changed.
CREATE TABLE ocpp_states (
  station      TEXT NOT NULL,
  ts           TIMESTAMPTZ(3) NOT NULL,
  connected    BOOLEAN NOT NULL,
  protocol     TEXT,
  registration TEXT NOT NULL,
  csms         TEXT,
  why          TEXT,
  PRIMARY KEY (station, ts)
);

-- Those that wait for their session.
CREATE INDEX transactions_alone ON transactions (started_at) WHERE session_id IS NULL;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'grafana_ro') THEN
    GRANT SELECT ON ocpp_states TO grafana_ro;
  END IF;
END
$$;
