import { z } from 'zod';
import { event, everyEvent } from './event.js';
import {
  amperes, count, detail, endedBy, hex, macAddress, milliseconds, oneOf, percent, phase, pilotLevel, reason, text, volts, wattHours, watts,
} from './values.js';

const slacAgent = 'slac-agent';
const gateway = 'v2g-gateway';
const bridge = 'ocpp-bridge';
const attempt = z.int().min(1).max(1_000);

/** Every type of event; what is not here does not happen. In the order of a charge. */
const declared = [
  event({
    type: 'cp.changed', from: slacAgent, doc: 'The control pilot changed its state.',
    data: z.object({ from: pilotLevel.optional(), to: pilotLevel, pwm: z.boolean(), dutyPercent: percent.optional() }),
    example: { from: 'A', to: 'B', pwm: true, dutyPercent: 5 },
  }),
  event({
    type: 'slac.started', from: slacAgent, doc: 'A car asked for the power line, or we did as the car.',
    data: z.object({ ev: macAddress.optional(), attempt }), example: { ev: '02:00:00:00:00:02', attempt: 1 },
  }),
  event({
    type: 'slac.matched', from: slacAgent, doc: 'Car and charger share a network.',
    data: z.object({ ev: macAddress, nid: hex(7), attenuationDb: z.number().min(0).max(255).optional(), tookMs: milliseconds }),
    example: { ev: '02:00:00:00:00:02', nid: '026BCBA5354E08', attenuationDb: 9.4, tookMs: 1_120 },
  }),
  event({
    type: 'slac.failed', from: slacAgent, doc: 'A matching came to nothing.',
    data: z.object({ why: reason, attempt }), example: { why: 'no-sounds', attempt: 2 },
  }),
  event({
    type: 'slac.link', from: slacAgent, doc: 'The link of a match was lost, or came back.',
    data: z.object({ up: z.boolean() }), example: { up: false },
  }),
  event({
    type: 'slac.crosstalk', from: slacAgent, doc: 'One car was heard at several outlets. It is plugged in where it is heard loudest, which is where it is damped least.',
    data: z.object({ ev: macAddress, evses: z.array(z.object({ evse: z.int().min(1).max(9_999), attenuationDb: z.number().min(0).max(255).optional() })).min(2).max(64) }),
    example: { ev: '02:00:00:00:00:02', evses: [{ evse: 1, attenuationDb: 9.4 }, { evse: 2, attenuationDb: 41.8 }] },
  }),
  event({
    type: 'session.started', from: gateway, doc: 'A car was plugged in.',
    data: z.object({ simulated: z.boolean() }), example: { simulated: true },
  }),
  event({
    type: 'session.phase', from: gateway, doc: 'The session moved on. `message` is the V2G message that did it; `why` is there where V2G ended.',
    data: z.object({ from: phase, to: phase, message: text(64).optional(), why: reason.optional().describe('of an end') }), example: { from: 'cable-check', to: 'pre-charge', message: 'PreChargeReq' },
  }),
  event({
    type: 'v2g.sdp', from: gateway, doc: 'The car looked for the charger, and was told where it is.',
    data: z.object({ security: oneOf(['tls', 'tcp', 'other'], 'other'), ip: text(45), port: z.int().min(1).max(65_535) }),
    example: { security: 'tcp', ip: 'fe80::1', port: 61_341 },
  }),
  event({
    type: 'v2g.handshake', from: gateway, doc: 'The supported application protocol was agreed upon.',
    data: z.object({ protocol: text(64), major: count, minor: count }), example: { protocol: 'urn:din:70121:2012:MsgDef', major: 2, minor: 0 },
  }),
  event({
    type: 'v2g.session-setup', from: gateway, doc: 'The V2G session has begun.',
    data: z.object({ evccid: hex(8), v2gSession: hex(8), resumed: z.boolean() }), example: { evccid: '020000000002', v2gSession: '4A1B2C3D4E5F6071', resumed: false },
  }),
  event({
    type: 'v2g.warning', from: gateway, doc: 'Something was not as it should be, and the session goes on.',
    data: z.object({ what: reason, detail: detail.optional() }), example: { what: 'state-c-late' },
  }),
  event({
    type: 'auth.requested', from: gateway, doc: 'The session waits for an authorisation.',
    data: z.object({ evccid: hex(8).optional() }), example: { evccid: '020000000002' },
  }),
  event({
    type: 'auth.result', from: gateway, doc: 'The authorisation was given or refused.',
    data: z.object({ accepted: z.boolean(), by: text(64) }), example: { accepted: true, by: 'free' },
  }),
  event({
    type: 'charge.params', from: gateway, doc: 'What the car can take, and what it is offered.',
    data: z.object({
      evMaxV: volts, evMaxA: amperes, evMaxW: watts.optional(), soc: percent.optional(), energyCapacityWh: wattHours.optional(),
      evseMaxV: volts, evseMaxA: amperes, evseMaxW: watts,
    }),
    example: { evMaxV: 420, evMaxA: 300, soc: 20, energyCapacityWh: 64_000, evseMaxV: 1_000, evseMaxA: 400, evseMaxW: 150_000 },
  }),
  event({
    type: 'cablecheck.started', from: gateway, doc: 'The cable is put under voltage.',
    data: z.object({ voltage: volts }), example: { voltage: 500 },
  }),
  event({
    type: 'cablecheck.finished', from: gateway, doc: 'How the isolation measured.',
    data: z.object({ isolation: oneOf(['valid', 'warning', 'fault', 'no-imd', 'other'], 'other'), tookMs: milliseconds }), example: { isolation: 'valid', tookMs: 4_200 },
  }),
  event({
    type: 'precharge.started', from: gateway, doc: "The supply goes to the battery's voltage.",
    data: z.object({ targetV: volts }), example: { targetV: 362.4 },
  }),
  event({
    type: 'precharge.finished', from: gateway, doc: 'It got there.',
    data: z.object({ voltage: volts, tookMs: milliseconds }), example: { voltage: 361.8, tookMs: 1_900 },
  }),
  event({
    type: 'contactor.changed', from: gateway, doc: 'The contactors of one side opened or closed.',
    data: z.object({ side: z.enum(['evse', 'ev']), closed: z.boolean() }), example: { side: 'evse', closed: true },
  }),
  event({
    type: 'charging.started', from: gateway, doc: 'The first CurrentDemand was answered.',
    data: z.object({ targetV: volts, targetA: amperes, soc: percent.optional() }), example: { targetV: 420, targetA: 125, soc: 20 },
  }),
  event({
    type: 'charging.paused', from: gateway, doc: 'The current has gone, the session has not.',
    data: z.object({ by: endedBy, why: reason.optional() }), example: { by: 'person', why: 'limit' },
  }),
  event({
    type: 'charging.resumed', from: gateway, doc: 'After a pause there is current again.',
    data: z.object({}), example: {},
  }),
  event({
    type: 'charging.stopped', from: gateway, doc: 'No more current in this session.',
    data: z.object({ by: endedBy, why: reason, energyWh: wattHours, soc: percent.optional() }), example: { by: 'ev', why: 'completed', energyWh: 31_800, soc: 80 },
  }),
  event({
    type: 'welding.checked', from: gateway, doc: "Voltage at the inlet after the car's contactors opened.",
    data: z.object({ voltage: volts, welded: z.boolean() }), example: { voltage: 11.2, welded: false },
  }),
  event({
    type: 'session.ended', from: gateway, doc: 'How the session ended, why, and by whom.',
    data: z.object({ reason, by: endedBy, phase, energyWh: wattHours, durationS: z.number().min(0), soc: percent.optional(), detail: detail.optional() }),
    example: { reason: 'completed', by: 'ev', phase: 'session-stop', energyWh: 31_800, durationS: 1_512, soc: 80 },
  }),
  event({
    type: 'fault.raised', from: gateway, doc: 'Something is broken.',
    data: z.object({ fault: reason, detail: detail.optional() }), example: { fault: 'contactors-welded' },
  }),
  event({
    type: 'fault.cleared', from: gateway, doc: 'It is mended.',
    data: z.object({ fault: reason }), example: { fault: 'contactors-welded' },
  }),
  event({
    type: 'token.refused', from: bridge, doc: 'A token that was presented here, or by the car, may not charge.',
    data: z.object({ why: text(128) }), example: { why: 'blocked' },
  }),
  event({
    type: 'ocpp.dead-letter', from: bridge, doc: 'The CSMS did not take a record of a transaction; it is kept, see `ocpp/dead-letters`.',
    data: z.object({ letter: count, type: oneOf(['started', 'updated', 'ended', 'other'], 'other'), transaction: text(64), answers: z.array(text(256)).max(16) }),
    example: { letter: 17, type: 'ended', transaction: '0190f3a2-7c44-4c1e-9a51-000000000001', answers: ['InternalError: no room', 'Timeout', 'Timeout'] },
  }),
] as const;

type Declared = (typeof declared)[number];
export type EventType = Declared['type'];
type ByType = { readonly [Type in EventType]: Extract<Declared, { readonly type: Type }> };

/** By type: `events['slac.matched']`. */
export const events = Object.fromEntries(declared.map((one) => [one.type, one])) as unknown as ByType;

/** Every event of an outlet, known or not. */
export const anyEvent = everyEvent(declared);
