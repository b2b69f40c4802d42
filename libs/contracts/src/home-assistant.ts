import { z } from 'zod';
import { contract } from './contract.js';
import type { Readable } from './contract.js';
import { evse } from './evse-topics.js';
import { exampleTime, percent, text, timestamp, wattHours, watts } from './values.js';

const component = z.object({
  p: z.enum(['sensor', 'binary_sensor', 'button', 'number']),
  name: text(64), uniq_id: text(96), dev_cla: text(32).optional(), stat_cla: text(32).optional(), unit_of_meas: text(16).optional(),
  stat_t: text(160).optional(), val_tpl: text(160).optional(), cmd_t: text(160).optional(), payload_press: text(16).optional(),
  min: z.number().optional(), max: z.number().optional(), step: z.number().optional(), mode: text(16).optional(),
});

/** What Home Assistant has to know of an outlet (its device discovery, from 2024.11 on). */
export const homeAssistantDevice = contract({
  topic: 'homeassistant/device/{device}/config',
  doc: 'One outlet as a device of Home Assistant; only with homeAssistant.discovery.',
  from: 'v2g-gateway',
  qos: 1,
  retain: true,
  payload: z.object({
    dev: z.object({ ids: z.array(text(64)).max(4), name: text(64), mf: text(32), mdl: text(32), sw: text(32) }),
    o: z.object({ name: text(32), sw: text(32) }),
    avty: z.array(z.object({ t: text(160), val_tpl: text(160) })).max(4),
    cmps: z.record(text(32), component),
  }),
  example: {
    dev: { ids: ['pilotwire_demo_1'], name: 'demo 1', mf: 'Pilotwire', mdl: 'EVSE', sw: '0.1.0' }, o: { name: 'pilotwire', sw: '0.1.0' },
    avty: [{ t: 'pilotwire/v1/svc/v2g-gateway/main/status', val_tpl: '{{ value_json.state }}' }],
    cmps: { stop: { p: 'button', name: 'Stop', uniq_id: 'pilotwire_demo_1_stop', cmd_t: 'pilotwire/v1/demo/evse/1/ha/stop/set', payload_press: '"stop"' } },
  },
});

export const homeAssistantState = contract({
  topic: evse('ha/state'),
  doc: 'What Home Assistant shows of an outlet, at most every 5 s.',
  from: 'v2g-gateway',
  qos: 1,
  retain: true,
  payload: z.object({ ts: timestamp, power: watts, energyWh: wattHours, soc: percent.nullable(), plugged: z.enum(['ON', 'OFF']), fault: z.enum(['ON', 'OFF']), limitW: watts }),
  example: { ts: exampleTime, power: 49_735, energyWh: 1_240, soc: 41, plugged: 'ON', fault: 'OFF', limitW: 150_000 },
});

export const homeAssistantStop = contract({
  topic: evse('ha/stop/set'),
  doc: 'Its button: ends the charge.',
  from: 'home-assistant',
  qos: 1,
  retain: false,
  payload: z.literal('stop'),
  example: 'stop',
});

export const homeAssistantLimit = contract({
  topic: evse('ha/limit/set'),
  doc: 'Its slider: the most, in W, until the session ends.',
  from: 'home-assistant',
  qos: 1,
  retain: false,
  payload: z.number().min(0).max(1_000_000),
  example: 11_000,
});

/** Whether it is there: its own word, which is no JSON. */
export const homeAssistantStatus: Readable<'homeassistant/status', 'online' | 'offline'> = {
  topic: 'homeassistant/status', qos: 1, retain: false, text: true,
  read: (word) => (word === 'online' || word === 'offline' ? { ok: true, payload: word } : { ok: false, problem: 'neither online nor offline' }),
};
