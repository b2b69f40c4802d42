import { z } from 'zod';
import { command } from './command.js';
import type { Mode, Service } from './services.js';
import { tokenTypes } from './station-topics.js';
import { count, evseNumber, text } from './values.js';

const prefix = 'pilotwire/v1/{station}/';
const people: readonly Service[] = ['history', 'hardware', 'pilotwire'];
const ours = { prefix, requesters: people, executor: 'ocpp-bridge' } as const;
const charger: readonly Mode[] = ['evse'];

/** What may be asked of a station as a whole; the bridge to its back office answers. */
export const stationCommands = {
  'present-token': command({
    ...ours, name: 'present-token', modes: charger,
    doc: 'Somebody holds a card, types a code, or asks by an app. Without an EVSE: at whichever one it fits. What comes of it is told by events.',
    args: z.strictObject({ token: text(255).min(1), type: z.enum(tokenTypes).optional().describe('default ISO14443'), evse: evseNumber.optional() }),
    example: { token: '04A2B3C4D5E6F7', type: 'ISO14443', evse: 1 },
  }),
  'dead-letter': command({
    ...ours, name: 'dead-letter', modes: charger,
    doc: 'Try a record again that the CSMS did not take, or drop it for good.',
    args: z.strictObject({ letter: count.describe('its number'), do: z.enum(['retry', 'drop']) }), example: { letter: 17, do: 'retry' },
  }),
  transfer: command({
    ...ours, name: 'transfer', modes: charger,
    doc: 'Send the CSMS a DataTransfer. The message of the result is its status.',
    args: z.strictObject({ vendorId: text(255).min(1), messageId: text(50).optional(), data: text(4_096).optional() }),
    example: { vendorId: 'com.example', messageId: 'greeting', data: 'hello' },
  }),
  restart: command({
    ...ours, name: 'restart', modes: charger,
    doc: 'End what charges in order and begin the station anew, as its CSMS sees it.',
    args: z.strictObject({}), example: {},
  }),
} as const;
