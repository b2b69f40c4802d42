import { chance } from './chance.js';

/** A session, as the one who made it knows it; in the database's words. */
export interface Entry {
  readonly id: string;
  readonly station: string;
  readonly evse: number;
  readonly started_at: string;
  readonly ended_at: string;
  readonly duration_s: number;
  readonly outcome: 'completed' | 'stopped' | 'ended-by-car' | 'fault' | 'aborted';
  readonly stop_reason: string;
  readonly stop_by: string;
  readonly phase: string;
  readonly energy_wh: number;
  readonly soc_start: number;
  readonly soc_end: number;
  readonly peak: number;
  readonly ev_mac: string;
  readonly slac_ms: number;
  readonly to_charge_ms: number;
  readonly attenuation: number;
  readonly fault: string | null;
}

const stations = ['north', 'south', 'east', 'west'];
/** Four outlets each. */
export const outlets = stations.flatMap((station) => [1, 2, 3, 4].map((evse) => ({ station, evse })));

/** How sessions come out, as often as it stands here. */
const ends = [
  ...Array.from({ length: 12 }, () => ['completed', 'completed', 'ev', 'session-stop'] as const),
  ...Array.from({ length: 4 }, () => ['stopped', 'stopped', 'person', 'charging'] as const),
  ['ended-by-car', 'ev-stop', 'ev', 'charging'], ['fault', 'isolation-low', 'evse', 'cable-check'], ['aborted', 'link-lost', 'ev', 'matching'], ['aborted', 'no-authorization', 'evse', 'authorization'],
] as const;
const makers = ['00:7D:FA', '98:48:27', 'DC:44:27', 'EC:A2:A0'];

/** Sessions that end before `until`, spread over so many days; the same for the same seed. */
export function makeLedger({ sessions, days, until, seed }: { readonly sessions: number; readonly days: number; readonly until: Date; readonly seed: number }): readonly Entry[] {
  const random = chance(seed);
  const span = days * 86_400_000;
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  return Array.from({ length: sessions }, (_, n): Entry => {
    const minutes = 10 + random() * 50;
    const started = until.getTime() - span + Math.floor(((span - 3_700_000) * (n + random())) / sessions);
    const [outcome, reason, by, phase] = ends[Math.floor(random() * ends.length)] as (typeof ends)[number];
    const charged = outcome !== 'fault' && outcome !== 'aborted';
    const duration = charged ? minutes * 60 : 20 + random() * 60;
    const peak = 30_000 + random() * 120_000;
    const soc = 5 + random() * 50;
    const { station, evse } = outlets[n % outlets.length] as (typeof outlets)[number];
    return {
      id: `${hex(started, 12).replace(/^(.{8})(.{4})$/, '$1-$2')}-7${hex(n & 0xfff, 3)}-8${hex(n >> 12, 3)}-${hex(Math.floor(random() * 2 ** 48), 12)}`,
      station, evse, duration_s: duration, outcome, stop_reason: reason, stop_by: by, phase, peak,
      started_at: new Date(started).toISOString(), ended_at: new Date(started + duration * 1_000).toISOString(),
      energy_wh: charged ? Math.round((peak * 0.7 * minutes) / 60) : 0, soc_start: soc, soc_end: charged ? soc + 30 : soc,
      ev_mac: `${makers[Math.floor(random() * makers.length)]}:00:${hex(Math.floor(random() * 256), 2)}:${hex(n & 0xff, 2)}`.toUpperCase(),
      slac_ms: 900 + random() * 900, to_charge_ms: 14_000 + random() * 16_000, attenuation: 4 + random() * 30, fault: outcome === 'fault' ? reason : null,
    };
  });
}
