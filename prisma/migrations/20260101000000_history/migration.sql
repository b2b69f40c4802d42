-- What history keeps. Times are UTC. Tables that grow are partitioned by time: the service makes partitions as they are
-- needed and drops the old ones, and what has an impossible time lies in the default partition.

CREATE TABLE stations (
  id         TEXT PRIMARY KEY,
  time_zone  TEXT NOT NULL,
  first_seen TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);

CREATE TABLE evses (
  station    TEXT NOT NULL,
  evse       INTEGER NOT NULL,
  first_seen TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (station, evse)
);

-- A session is assembled from its events: `revision` counts what came, `assembled` says up to where that was done.
-- `rolled`: its telemetry is in telemetry_1m.
CREATE TABLE sessions (
  id                UUID PRIMARY KEY,
  station           TEXT NOT NULL,
  evse              INTEGER NOT NULL,
  simulated         BOOLEAN,
  started_at        TIMESTAMPTZ(3) NOT NULL,
  ended_at          TIMESTAMPTZ(3),
  duration_s        DOUBLE PRECISION,
  protocol          TEXT,
  v2g_session       TEXT,
  evccid            TEXT,
  ev_mac            TEXT,
  auth_by           TEXT,
  authorized        BOOLEAN,
  phase             TEXT,
  outcome           TEXT,
  stop_reason       TEXT,
  stop_by           TEXT,
  detail            TEXT,
  energy_wh         DOUBLE PRECISION NOT NULL DEFAULT 0,
  soc_start         REAL,
  soc_end           REAL,
  max_power_w       REAL,
  max_voltage       REAL,
  max_current       REAL,
  slac_ms           DOUBLE PRECISION,
  to_charge_ms      DOUBLE PRECISION,
  slac_avg_atten_db REAL,
  fault             TEXT,
  events            INTEGER NOT NULL DEFAULT 0,
  verdict           JSONB,
  revision          INTEGER NOT NULL DEFAULT 0,
  assembled         INTEGER NOT NULL DEFAULT 0,
  rolled            BOOLEAN NOT NULL DEFAULT true
);
CREATE INDEX sessions_started_at ON sessions (started_at, id);
CREATE INDEX sessions_station ON sessions (station, started_at);
CREATE INDEX sessions_evccid ON sessions (evccid) WHERE evccid IS NOT NULL;
CREATE INDEX sessions_to_assemble ON sessions (id) WHERE assembled < revision;
CREATE INDEX sessions_to_roll ON sessions (id) WHERE NOT rolled;

CREATE TABLE transactions (
  station    TEXT NOT NULL,
  id         TEXT NOT NULL,
  evse       INTEGER,
  session_id UUID,
  ocpp       TEXT,
  id_token   TEXT,
  started_at TIMESTAMPTZ(3),
  ended_at   TIMESTAMPTZ(3),
  meter_start_wh DOUBLE PRECISION,
  meter_stop_wh  DOUBLE PRECISION,
  reason     TEXT,
  PRIMARY KEY (station, id)
);
CREATE INDEX transactions_session ON transactions (session_id);

-- By month. The time is the event's own, so that one delivered again meets its own key.
CREATE TABLE session_events (
  event_id   UUID NOT NULL,
  ts         TIMESTAMPTZ(3) NOT NULL,
  station    TEXT NOT NULL,
  evse       INTEGER NOT NULL,
  session_id UUID,
  type       TEXT NOT NULL,
  src        TEXT NOT NULL,
  boot       UUID NOT NULL,
  seq        BIGINT NOT NULL,
  data       JSONB NOT NULL,
  PRIMARY KEY (event_id, ts)
) PARTITION BY RANGE (ts);
CREATE INDEX session_events_session ON session_events (session_id, ts);
CREATE INDEX session_events_ts ON session_events USING brin (ts);
CREATE TABLE session_events_default PARTITION OF session_events DEFAULT;

-- By week. The register counts from the beginning of the session.
CREATE TABLE telemetry (
  station        TEXT NOT NULL,
  evse           INTEGER NOT NULL,
  ts             TIMESTAMPTZ(3) NOT NULL,
  session_id     UUID NOT NULL,
  voltage        REAL NOT NULL,
  current        REAL NOT NULL,
  power          REAL NOT NULL,
  target_voltage REAL,
  target_current REAL,
  soc            REAL,
  energy_wh      DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (session_id, ts)
) PARTITION BY RANGE (ts);
CREATE INDEX telemetry_ts ON telemetry USING brin (ts);
CREATE TABLE telemetry_default PARTITION OF telemetry DEFAULT;

-- Stays when telemetry goes. `energy_wh` is the register at the last sample of the minute.
CREATE TABLE telemetry_1m (
  session_id UUID NOT NULL,
  minute     TIMESTAMPTZ(3) NOT NULL,
  station    TEXT NOT NULL,
  evse       INTEGER NOT NULL,
  samples    INTEGER NOT NULL,
  voltage    REAL NOT NULL,
  current    REAL NOT NULL,
  power      REAL NOT NULL,
  max_power  REAL NOT NULL,
  soc        REAL,
  energy_wh  DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (session_id, minute)
);
CREATE INDEX telemetry_1m_minute ON telemetry_1m USING brin (minute);

-- What was told to the back office, by week.
CREATE TABLE meter_values (
  station        TEXT NOT NULL,
  transaction_id TEXT NOT NULL,
  ts             TIMESTAMPTZ(3) NOT NULL,
  measurand      TEXT NOT NULL,
  value          DOUBLE PRECISION NOT NULL,
  unit           TEXT,
  PRIMARY KEY (station, transaction_id, measurand, ts)
) PARTITION BY RANGE (ts);
CREATE TABLE meter_values_default PARTITION OF meter_values DEFAULT;

-- By day. `raw` is absent where the octets may not be kept.
CREATE TABLE frames (
  id         BIGSERIAL,
  ts         TIMESTAMPTZ(3) NOT NULL,
  station    TEXT NOT NULL,
  evse       INTEGER NOT NULL,
  session_id UUID,
  kind       TEXT NOT NULL,
  dir        TEXT NOT NULL,
  type       TEXT NOT NULL,
  latency_ms REAL,
  raw        BYTEA,
  PRIMARY KEY (id, ts)
) PARTITION BY RANGE (ts);
CREATE INDEX frames_session ON frames (session_id, ts);
CREATE INDEX frames_ts ON frames USING brin (ts);
CREATE TABLE frames_default PARTITION OF frames DEFAULT;

CREATE TABLE faults (
  station    TEXT NOT NULL,
  evse       INTEGER NOT NULL,
  fault      TEXT NOT NULL,
  raised_at  TIMESTAMPTZ(3) NOT NULL,
  cleared_at TIMESTAMPTZ(3),
  session_id UUID,
  detail     TEXT,
  PRIMARY KEY (station, evse, fault, raised_at)
);
CREATE INDEX faults_raised_at ON faults (raised_at);

CREATE TABLE slac_matches (
  event_id     UUID PRIMARY KEY,
  ts           TIMESTAMPTZ(3) NOT NULL,
  station      TEXT NOT NULL,
  evse         INTEGER NOT NULL,
  session_id   UUID,
  result       TEXT NOT NULL,
  why          TEXT,
  attempt      INTEGER,
  ev_mac       TEXT,
  nid          TEXT,
  avg_atten_db REAL,
  atten_groups REAL[],
  duration_ms  DOUBLE PRECISION
);
CREATE INDEX slac_matches_ts ON slac_matches (ts);

-- By day, secrets taken out.
CREATE TABLE ocpp_messages (
  id         BIGSERIAL,
  ts         TIMESTAMPTZ(3) NOT NULL,
  station    TEXT NOT NULL,
  dir        TEXT NOT NULL,
  kind       TEXT NOT NULL,
  message_id TEXT NOT NULL,
  action     TEXT,
  code       TEXT,
  payload    JSONB,
  PRIMARY KEY (id, ts)
) PARTITION BY RANGE (ts);
CREATE INDEX ocpp_messages_station ON ocpp_messages (station, ts);
CREATE INDEX ocpp_messages_ts ON ocpp_messages USING brin (ts);
CREATE TABLE ocpp_messages_default PARTITION OF ocpp_messages DEFAULT;

-- How far the events of each publisher have come, written with them, and those that nobody has any more.
CREATE TABLE ingest_state (
  src      TEXT NOT NULL,
  station  TEXT NOT NULL,
  boot     UUID NOT NULL,
  last_seq BIGINT NOT NULL,
  gaps     JSONB NOT NULL DEFAULT '[]',
  at       TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (src, station, boot)
);

-- What could not be read, or not be kept.
CREATE TABLE dead_letters (
  id      BIGSERIAL PRIMARY KEY,
  at      TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  topic   TEXT NOT NULL,
  problem TEXT NOT NULL,
  payload TEXT
);
