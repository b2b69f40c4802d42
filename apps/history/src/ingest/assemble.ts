/** An event as it lies in the database. */
export interface StoredEvent {
  readonly event_id: string;
  readonly ts: string;
  readonly src: string;
  readonly seq: number;
  readonly type: string;
  readonly data: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** How a session came out. `aborted`: there was never any current. */
export type Outcome = 'completed' | 'stopped' | 'ended-by-car' | 'fault' | 'aborted';

/** What the events of a session tell of it; null: nothing. */
export interface Story {
  readonly simulated: boolean | null;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly duration_s: number | null;
  readonly protocol: string | null;
  readonly v2g_session: string | null;
  readonly evccid: string | null;
  readonly ev_mac: string | null;
  readonly auth_by: string | null;
  readonly authorized: boolean | null;
  readonly phase: string | null;
  readonly outcome: Outcome | null;
  readonly stop_reason: string | null;
  readonly stop_by: string | null;
  readonly detail: string | null;
  readonly energy_wh: number;
  readonly soc_start: number | null;
  readonly soc_end: number | null;
  readonly slac_ms: number | null;
  readonly to_charge_ms: number | null;
  readonly slac_avg_atten_db: number | null;
  readonly fault: string | null;
  readonly events: number;
}

type Words = { -readonly [Field in keyof Story]?: Story[Field] | undefined };

/** What each type of event tells. A later one has the last word, but for what is undefined. */
const tells: Readonly<Record<string, (event: StoredEvent, before: Words) => Words>> = {
  'session.started': ({ ts, data }) => ({ started_at: ts, simulated: data['simulated'] as boolean }),
  'slac.matched': ({ data }) => ({ ev_mac: text(data['ev']), slac_ms: number(data['tookMs']), slac_avg_atten_db: number(data['attenuationDb']) }),
  'session.phase': ({ data }) => ({ phase: text(data['to']) }),
  'v2g.handshake': ({ data }) => ({ protocol: text(data['protocol']) }),
  'v2g.session-setup': ({ data }) => ({ evccid: text(data['evccid']), v2g_session: text(data['v2gSession']) }),
  'auth.result': ({ data }) => ({ authorized: data['accepted'] as boolean, auth_by: text(data['by']) }),
  'charge.params': ({ data }, { soc_start: soc }) => ({ soc_start: soc ?? number(data['soc']) }),
  'charging.started': ({ ts, data }, { soc_start: soc, to_charge_ms: took, started_at: began }) => ({
    soc_start: soc ?? number(data['soc']),
    to_charge_ms: took ?? (began === undefined ? undefined : Date.parse(ts) - Date.parse(began)),
  }),
  'charging.stopped': ({ data }) => ({ energy_wh: number(data['energyWh']), soc_end: number(data['soc']) }),
  'fault.raised': ({ data }, { fault }) => ({ fault: fault ?? text(data['fault']) }),
  'session.ended': ({ ts, data }) => ({
    ended_at: ts, stop_reason: text(data['reason']), stop_by: text(data['by']), phase: text(data['phase']), detail: text(data['detail']),
    energy_wh: number(data['energyWh']), duration_s: number(data['durationS']), soc_end: number(data['soc']),
  }),
};

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/**
 * Tells a session from its events. Each is heard once and in the order of its time, whatever the order and number in which
 * they came; so what comes late only needs to be told anew. `events` holds one at least.
 */
export function assemble(events: readonly StoredEvent[]): Story {
  const inOrder = [...new Map(events.map((event) => [event.event_id, event])).values()].sort(byTime);
  const words: Words = {};
  for (const event of inOrder) {
    const told = tells[event.type]?.(event, words) ?? {};
    Object.assign(words, Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)));
  }
  const charged = inOrder.some(({ type }) => type === 'charging.started');
  return { ...nothing, started_at: (inOrder[0] as StoredEvent).ts, ...(words as Partial<Story>), outcome: outcomeOf(words, charged), events: inOrder.length };
}

function outcomeOf({ ended_at: ended, stop_reason: reason, stop_by: by, fault }: Words, charged: boolean): Outcome | null {
  if (ended === undefined) return null;
  if (reason === 'completed') return 'completed';
  if (fault !== undefined) return 'fault';
  if (!charged) return 'aborted';
  if (by === 'person') return 'stopped';
  return by === 'ev' ? 'ended-by-car' : 'fault';
}

const byTime = (a: StoredEvent, b: StoredEvent): number =>
  a.ts === b.ts ? compare(a.src, b.src) || a.seq - b.seq || compare(a.event_id, b.event_id) : compare(a.ts, b.ts);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const nothing: Omit<Story, 'started_at'> = {
  simulated: null, ended_at: null, duration_s: null, protocol: null, v2g_session: null, evccid: null, ev_mac: null, auth_by: null,
  authorized: null, phase: null, outcome: null, stop_reason: null, stop_by: null, detail: null, energy_wh: 0, soc_start: null, soc_end: null,
  slac_ms: null, to_charge_ms: null, slac_avg_atten_db: null, fault: null, events: 0,
};
