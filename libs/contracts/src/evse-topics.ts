import { z } from 'zod';
import { contract } from './contract.js';
import { modes } from './services.js';
import {
  amperes, count, detail, exampleSession, exampleTime, hex, macAddress, milliseconds, oneOf, percent, phase, pilotLevel, reason,
  sessionId, text, timestamp, volts, wattHours, watts,
} from './values.js';

/** Everything about one outlet begins so. */
export const evse = <const Name extends string>(topic: Name) => `pilotwire/v1/{station}/evse/{evse}/${topic}` as const;

export const pilot = contract({
  topic: evse('pilot'),
  doc: 'What the control pilot and the proximity contact say. A gateway that starts later learns it from here; safety does not.',
  from: 'slac-agent',
  qos: 1,
  retain: true,
  payload: z.object({
    ts: timestamp,
    level: pilotLevel.optional().describe('absent while nobody can tell'),
    pwm: z.boolean(),
    dutyPercent: percent.optional(),
    highV: volts.optional(),
    proximity: oneOf(['none', 'cable', 'latched', 'pressed', 'unknown'], 'unknown').optional(),
    cableA: amperes.optional(),
    ageMs: milliseconds.describe('of the measurement'),
  }),
  example: { ts: exampleTime, level: 'B', pwm: true, dutyPercent: 5, highV: 8.97, proximity: 'cable', cableA: 63, ageMs: 12 },
});

export const state = contract({
  topic: evse('state'),
  doc: 'How an outlet stands: everything a dashboard that joins late has to know.',
  from: 'v2g-gateway',
  qos: 1,
  retain: true,
  payload: z.object({
    ts: timestamp,
    seq: count.describe('of this snapshot, from the start of the process'),
    mode: oneOf([...modes, 'other'], 'other'),
    simulated: z.boolean(),
    pilot: pilotLevel.optional(),
    phase,
    contactors: oneOf(['open', 'closed', 'welded', 'unknown'], 'unknown'),
    supply: oneOf(['off', 'on', 'unknown'], 'unknown'),
    available: z.boolean(),
    faults: z.array(reason).max(32),
    sessionId: sessionId.optional(),
  }),
  example: {
    ts: exampleTime, seq: 9, mode: 'evse', simulated: true, pilot: 'C', phase: 'charging', contactors: 'closed', supply: 'on',
    available: true, faults: [], sessionId: exampleSession,
  },
});

export const slac = contract({
  topic: evse('slac'),
  doc: 'Where the matching of the power line stands.',
  from: 'slac-agent',
  qos: 1,
  retain: true,
  payload: z.object({
    ts: timestamp,
    state: oneOf(['no-modem', 'idle', 'matching', 'joining', 'matched', 'paused', 'failed', 'listening', 'other'], 'other'),
    link: z.boolean(),
    ev: macAddress.optional(),
    nid: hex(7).optional().describe('the name of the network: a one-way hash'),
    attenuationDb: z.number().min(0).max(255).optional().describe('the mean of all groups'),
    groups: z.array(z.int().min(0).max(255)).max(64).optional(),
    why: reason.optional(),
    detail: detail.optional(),
  }),
  example: { ts: exampleTime, state: 'matched', link: true, ev: '02:00:00:00:00:02', nid: '026BCBA5354E08', attenuationDb: 9.4 },
});

/** What a side can do. */
const limits = z.object({
  minV: volts.optional(),
  maxV: volts.optional(),
  maxA: amperes.optional(),
  maxW: watts.optional(),
});

export const session = contract({
  topic: evse('session'),
  doc: 'The session that runs. Nothing is retained while there is none.',
  from: 'v2g-gateway',
  qos: 1,
  retain: true,
  payload: z
    .object({
      ts: timestamp,
      id: sessionId,
      startedAt: timestamp,
      phase,
      protocol: text(64).optional(),
      evccid: hex(8).optional(),
      energyWh: wattHours,
      soc: percent.optional(),
      evLimits: limits.optional(),
      evseLimits: limits.optional(),
    })
    .nullable(),
  example: {
    ts: exampleTime, id: exampleSession, startedAt: exampleTime, phase: 'charging', protocol: 'urn:din:70121:2012:MsgDef', evccid: '020000000002',
    energyWh: 1_240, soc: 41, evLimits: { maxV: 420, maxA: 300 }, evseLimits: { minV: 150, maxV: 1_000, maxA: 400, maxW: 150_000 },
  },
});

const measured = {
  ts: timestamp,
  voltage: volts,
  current: amperes,
  power: watts,
  targetVoltage: volts.optional(),
  targetCurrent: amperes.optional(),
  soc: percent.optional(),
  energyWh: wattHours,
};

export const telemetry = contract({
  topic: evse('telemetry'),
  doc: 'Measured values for live views, 1 to 4 a second.',
  from: 'v2g-gateway',
  qos: 0,
  retain: false,
  payload: z.object({ ...measured, sessionId: sessionId.optional() }),
  example: {
    ts: exampleTime, voltage: 398.2, current: 124.9, power: 49_735, targetVoltage: 420, targetCurrent: 125, soc: 41, energyWh: 1_240, sessionId: exampleSession,
  },
});

export const telemetryBatch = contract({
  topic: evse('telemetry/batch'),
  doc: 'The same for history: 5 to 10 s in one message, numbered, so that a second delivery does no harm.',
  from: 'v2g-gateway',
  qos: 1,
  retain: false,
  again: true,
  payload: z.object({
    id: z.uuidv7(),
    sessionId,
    samples: z.array(z.object({ n: count, ...measured })).min(1).max(200),
  }),
  example: {
    id: '019b7967-6d00-7000-8000-0000000000aa', sessionId: exampleSession,
    samples: [{ n: 0, ts: exampleTime, voltage: 398.2, current: 124.9, power: 49_735, soc: 41, energyWh: 1_240 }],
  },
});

/** A frame on the wire: what it was called, and its octets. */
const frame = <Kind extends z.ZodType>(kind: Kind) =>
  z.object({
    ts: timestamp,
    sessionId: sessionId.optional(),
    dropped: count.describe('frames left out of this batch, for there were too many'),
    frames: z
      .array(
        z.object({
          ts: timestamp,
          dir: z.enum(['ev->evse', 'evse->ev', 'other']),
          type: kind,
          hex: hex(4_096).optional().describe('left out where the frame may not be told: CM_SET_KEY, and what is longer'),
          latencyMs: milliseconds.optional().describe('of an answer: since its question'),
        }),
      )
      .max(256),
  });

export const slacFrames = contract({
  topic: evse('frame/slac'),
  doc: 'MMEs of the last second.',
  from: 'slac-agent',
  qos: 0,
  retain: false,
  payload: frame(text(64)),
  example: { ts: exampleTime, dropped: 0, frames: [{ ts: exampleTime, dir: 'ev->evse', type: 'CM_SLAC_PARM.REQ', hex: '0164600000000102030405060708' }] },
});

export const v2gFrames = contract({
  topic: evse('frame/v2g'),
  doc: 'SDP and V2GTP messages of the last second.',
  from: 'v2g-gateway',
  qos: 0,
  retain: false,
  payload: frame(text(64)),
  example: { ts: exampleTime, sessionId: exampleSession, dropped: 0, frames: [{ ts: exampleTime, dir: 'evse->ev', type: 'SessionStopRes', hex: '809A0200', latencyMs: 0.8 }] },
});

export const limit = contract({
  topic: evse('limit'),
  doc: 'How much an outlet may deliver, as the back office says. Before the first and past `validUntil` `charger.fallbackPower` holds: a bridge that is dead pins nothing.',
  from: 'ocpp-bridge',
  qos: 1,
  retain: true,
  payload: z.object({ ts: timestamp, maxW: watts.min(0).optional(), maxA: amperes.min(0).optional(), validUntil: timestamp }),
  example: { ts: exampleTime, maxW: 50_000, validUntil: '2026-01-01T12:15:00.000Z' },
});

export const availability = contract({
  topic: evse('availability'),
  doc: 'Whether an outlet may begin sessions, as the back office says. The gateway remembers the last word over a restart.',
  from: 'ocpp-bridge',
  qos: 1,
  retain: true,
  payload: z.object({ ts: timestamp, available: z.boolean() }),
  example: { ts: exampleTime, available: true },
});
