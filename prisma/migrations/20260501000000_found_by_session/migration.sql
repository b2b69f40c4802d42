-- What stands beside a session is asked for with it; the end of a fault is looked for among all events of months.
CREATE INDEX faults_session ON faults (session_id);
CREATE INDEX slac_matches_session ON slac_matches (session_id);
CREATE INDEX session_events_cleared ON session_events (station, evse, ts) WHERE type = 'fault.cleared';
