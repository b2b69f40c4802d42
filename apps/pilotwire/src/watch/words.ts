import type { DataOf, EventType, events } from '@pilotwire/contracts';
import { amperes, capacity, energy, kilowatts, percent, pilotText, seconds, volts } from '../site/units.js';
import type { Line } from './heard.js';

/** What is said of an event: a line, several, or none where another event tells it better. */
export type Said = Omit<Line, 'at' | 'evse' | 'tone'> & Partial<Pick<Line, 'tone'>>;
type Words = { readonly [Type in EventType]: (data: DataOf<(typeof events)[Type]>) => readonly Said[] };

const evse = (text: string, tone: Line['tone'] = 'plain'): Said => ({ who: 'evse', text, tone });
const ev = (text: string, tone: Line['tone'] = 'plain'): Said => ({ who: 'ev', text, tone });
const both = (text: string, tone: Line['tone'] = 'plain'): Said => ({ text, tone });
const list = (...parts: readonly (string | undefined)[]): string => parts.filter((part) => part !== undefined).join(', ');
const maybe = <Value>(value: Value | undefined, text: (value: Value) => string): string | undefined => (value === undefined ? undefined : text(value));
const took = (ms: number): string => seconds(ms / 1_000);
const soc = (value: number | undefined): string | undefined => maybe(value, (one) => `SoC ${percent(one)}`);

/** As it stands in a URL; the IPv4 address that an IPv6 one maps, as such. */
function address(ip: string): string {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(ip) ?? [];
  if (high === undefined || low === undefined) return ip.includes(':') ? `[${ip}]` : ip;
  return [high, low].flatMap((half) => [Number.parseInt(half, 16) >> 8, Number.parseInt(half, 16) & 0xff]).join('.');
}

/** Phases that no other event tells of. */
const phases: Readonly<Record<string, Said>> = {
  'service-discovery': evse('service discovery'),
  'power-delivery': evse('power delivery'),
  stopping: evse('stopping'),
  'session-stop': evse('session stop'),
  ended: both('session over: the plug may be pulled'),
  unavailable: evse('not available', 'warning'),
  faulted: evse('out of order', 'fault'),
};

/** Every event in the words of a person at the charger. */
export const words: Words = {
  'cp.changed': ({ from, to, pwm, dutyPercent }) => (from === 'A' && to === 'A' ? [] : [
    both(`pilot ${pilotText(to, { pwm, dutyPercent })}${to === 'A' && from !== undefined ? ': the plug is out' : ''}`, 'EF'.includes(to) ? 'fault' : 'plain'),
  ]),
  'slac.started': ({ ev: mac, attempt }) => [ev(`SLAC: who is at the other end?${maybe(mac, (one) => ` asks ${one}`) ?? ''}${attempt > 1 ? `, attempt ${attempt}` : ''}`)],
  'slac.matched': ({ ev: mac, attenuationDb, tookMs }) => [evse(`SLAC: matched with ${list(mac, maybe(attenuationDb, (db) => `${db} dB`), took(tookMs))}`)],
  'slac.failed': ({ why, attempt }) => [both(`SLAC: FAILED, ${why}${attempt > 1 ? `, attempt ${attempt}` : ''}`, 'fault')],
  'slac.link': ({ up }) => [both(up ? 'power line link up' : 'power line link DOWN', up ? 'plain' : 'warning')],
  'slac.crosstalk': ({ ev: mac, evses }) => [
    both(`CROSSTALK: ${mac} is heard at ${evses.map(({ evse: at, attenuationDb }) => list(`EVSE ${at}`, maybe(attenuationDb, (db) => `${db} dB`))).join(' and ')}`, 'warning'),
  ],
  'session.started': ({ simulated }) => [both(`the car is plugged in${simulated ? ' (simulated)' : ''}`)],
  'session.phase': ({ to }) => (phases[to] === undefined ? [] : [phases[to]]),
  'v2g.sdp': ({ security, ip, port }) => [evse(`SDP: at ${address(ip)}:${port}, ${security === 'tls' ? 'with TLS' : 'without TLS'}`)],
  'v2g.handshake': ({ protocol, major, minor }) => [evse(`handshake: ${protocol} ${major}.${minor}`)],
  'v2g.session-setup': ({ evccid, resumed }) => [evse(`session setup: EVCCID ${evccid}${resumed ? ', goes on' : ''}`)],
  'v2g.warning': ({ what, detail }) => [both(`warning: ${what}${maybe(detail, (one) => `: ${one}`) ?? ''}`, 'warning')],
  'auth.requested': () => [evse('authorization asked for')],
  'auth.result': ({ accepted, by }) => [evse(`authorization ${accepted ? 'given' : 'REFUSED'} (${by})`, accepted ? 'plain' : 'fault')],
  'charge.params': ({ evMaxV, evMaxA, evMaxW, soc: charged, energyCapacityWh, evseMaxV, evseMaxA, evseMaxW }) => [
    ev(`parameters: up to ${list(volts(evMaxV), amperes(evMaxA), maybe(evMaxW, kilowatts), soc(charged))}${maybe(energyCapacityWh, (one) => ` of ${capacity(one)}`) ?? ''}`),
    evse(`parameters: up to ${list(volts(evseMaxV), amperes(evseMaxA), kilowatts(evseMaxW))}`),
  ],
  'cablecheck.started': ({ voltage }) => [evse(`cable check at ${volts(voltage)}`)],
  'cablecheck.finished': ({ isolation, tookMs }) => [
    evse(`cable check: isolation ${isolation === 'fault' ? 'FAULT' : isolation}, ${took(tookMs)}`, isolation === 'valid' ? 'plain' : isolation === 'fault' ? 'fault' : 'warning'),
  ],
  'precharge.started': ({ targetV }) => [evse(`pre-charge to ${volts(targetV)}`)],
  'precharge.finished': ({ voltage, tookMs }) => [evse(`pre-charge: ${volts(voltage)} reached, ${took(tookMs)}`)],
  'contactor.changed': ({ side, closed }) => [{ who: side, text: `contactors ${closed ? 'closed' : 'open'}` }],
  'charging.started': ({ targetV, targetA, soc: charged }) => [evse(`current demand: ${list(volts(targetV), amperes(targetA), soc(charged))}`, 'good')],
  'charging.paused': ({ by, why }) => [evse(`current paused by ${by}${maybe(why, (one) => `: ${one}`) ?? ''}`, 'warning')],
  'charging.resumed': () => [evse('current flows again', 'good')],
  'charging.stopped': ({ by, why, energyWh, soc: charged }) => [evse(`current ends: ${why}, by ${by}; ${list(energy(energyWh), soc(charged))}`)],
  'welding.checked': ({ voltage, welded }) => [ev(`welding detection: ${welded ? 'contactors WELDED, ' : ''}${volts(voltage)}`, welded ? 'fault' : 'plain')],
  'session.ended': ({ reason, by, phase, energyWh, durationS, soc: charged, detail }) => [
    both(`session ended: ${reason}, by ${by}, in ${phase}${maybe(detail, (one) => ` (${one})`) ?? ''}`, reason === 'completed' ? 'good' : by === 'person' ? 'warning' : 'fault'),
    both(`delivered ${list(energy(energyWh), soc(charged), `in ${seconds(durationS)}`)}`),
  ],
  'fault.raised': ({ fault, detail }) => [evse(`FAULT: ${fault}${maybe(detail, (one) => `: ${one}`) ?? ''}`, 'fault')],
  'fault.cleared': ({ fault }) => [evse(`mended: ${fault}`, 'good')],
  'token.refused': ({ why }) => [both(`the token was refused: ${why}`, 'fault')],
  'ocpp.dead-letter': ({ type, letter }) => [both(`the CSMS does not take that the transaction ${type}: dead letter ${letter}`, 'fault')],
};
