import type { ocppState, PayloadOf, serviceStatus } from '@pilotwire/contracts';
import type { Database } from '../../database/database.js';

/** How a station stands with its CSMS. */
export interface StateRow extends Pick<PayloadOf<typeof ocppState>, 'ts' | 'connected' | 'protocol' | 'registration' | 'csms' | 'why'> {
  readonly station: string;
}

/** What comes again, or changed only in its queue, is no row. */
const insert = `
INSERT INTO ocpp_states (station, ts, connected, protocol, registration, csms, why)
SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (
  SELECT FROM (SELECT * FROM ocpp_states WHERE station = $1 AND ts <= $2 ORDER BY ts DESC LIMIT 1) l
  WHERE l.connected = $3 AND l.protocol IS NOT DISTINCT FROM $4 AND l.registration = $5
) ON CONFLICT DO NOTHING`;

export async function storeStates(db: Database, rows: readonly StateRow[]): Promise<void> {
  for (const { station, ts, connected, protocol, registration, csms, why } of rows) {
    await db.query(insert, [station, ts, connected, protocol ?? null, registration, csms ?? null, why ?? null]);
  }
}

/**
 * What a bridge said last holds only while it lives: where the broker says that it is gone, its stations are no longer
 * connected, whatever is retained.
 */
export class BridgeStates {
  readonly #said = new Map<string, StateRow>();

  say(row: StateRow): StateRow {
    this.#said.set(row.station, row);
    return row;
  }

  /** What follows from the status of a bridge, now. */
  status({ state, startedAt, stations }: PayloadOf<typeof serviceStatus>, now: string): readonly StateRow[] {
    if (state === 'offline') return stations.map((station) => ({ station, ts: now, connected: false, registration: 'none', why: 'the bridge is gone' }));
    // Back after its connection was lost; of an earlier life nothing holds.
    return stations.flatMap((station) => {
      const said = this.#said.get(station);
      return said === undefined || Date.parse(said.ts) < Date.parse(startedAt) ? [] : [{ ...said, ts: now }];
    });
  }
}
