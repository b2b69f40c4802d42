import { z } from 'zod';
import { command } from './command.js';
import type { Mode, Service } from './services.js';
import { amperes, exampleSession, percent, sessionId, text, watts } from './values.js';

const prefix = 'pilotwire/v1/{station}/evse/{evse}/';
const requesters: readonly Service[] = ['ocpp-bridge', 'history', 'pilotwire'];
const ours = { prefix, requesters } as const;
const charger: readonly Mode[] = ['evse'];
const either: readonly Mode[] = ['evse', 'ev'];

/** Whoever asks on behalf of one car says so: what is late does not meet the next one. */
const session = sessionId.optional().describe('only if this is the session; without it, whichever is there');

/** What people and the back office may ask of an outlet; each has one executor and one result. */
export const commands = {
  start: command({
    ...ours, name: 'start', executor: 'v2g-gateway', modes: either,
    doc: 'Let the plugged car charge; as the car: begin to.',
    args: z.strictObject({ session }), example: {},
  }),
  stop: command({
    ...ours, name: 'stop', executor: 'v2g-gateway', modes: either,
    doc: 'End the charge in order.',
    args: z.strictObject({ session }), example: {},
  }),
  authorize: command({
    ...ours, name: 'authorize', executor: 'v2g-gateway', modes: charger,
    doc: 'Answer the authorisation that the session waits for.',
    args: z.strictObject({ accept: z.boolean(), by: text(64).optional(), session }), example: { accept: true, by: 'operator', session: exampleSession },
  }),
  limit: command({
    ...ours, name: 'limit', executor: 'v2g-gateway', modes: charger,
    doc: 'Deliver no more than this, until told otherwise or until the session ends. Without a number: no limit but our own.',
    args: z.strictObject({ maxW: watts.min(0).optional(), maxA: amperes.min(0).optional() }), example: { maxW: 25_000 },
  }),
  availability: command({
    ...ours, name: 'availability', executor: 'v2g-gateway', modes: charger,
    doc: 'Begin sessions, or no more of them. A session that runs goes on.',
    args: z.strictObject({ available: z.boolean() }), example: { available: false },
  }),
  plug: command({
    ...ours, name: 'plug', executor: 'slac-agent', modes: either, simulated: true,
    doc: 'Plug the simulated car in.',
    args: z.strictObject({ car: text(48).optional(), soc: percent.optional(), until: percent.optional() }), example: { car: 'ioniq', soc: 20, until: 80 },
  }),
  unplug: command({
    ...ours, name: 'unplug', executor: 'slac-agent', modes: either, simulated: true,
    doc: 'Pull the plug of the simulated car.',
    args: z.strictObject({}), example: {},
  }),
  fault: command({
    ...ours, name: 'fault', executor: 'slac-agent', modes: either, simulated: true,
    doc: 'Let something at the simulated outlet fail, or mend it.',
    args: z.strictObject({ fault: text(48), mend: z.boolean().optional() }), example: { fault: 'isolation-low' },
  }),
} as const;
