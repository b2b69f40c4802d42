import { z } from 'zod';
import { contract } from './contract.js';
import { evse } from './evse-topics.js';
import { amperes, milliseconds, percent, volts, wattHours } from './values.js';

// Hardware that is an outside process: it measures, and obeys. Nothing of it is retained: an old value is no value.

/** What every message of and to such hardware carries. */
const timed = {
  clock: milliseconds.describe("ms on the sender's own steady clock as it sends: how late a message is shows by it"),
};
const measured = { ...timed, ageMs: milliseconds.describe('ms from the measurement until it was sent') };
const ohms = z.number().min(0).max(100_000_000).describe('Ω');

const refreshed = 'Said again every 100 ms; hardware that has heard none for 500 ms, or only late ones, shows x1.';
const evseVolts = volts.min(0);
const orders = [
  z.object({ ...timed, kind: z.literal('supply.set'), voltage: evseVolts, current: amperes.min(0) }),
  z.object({ ...timed, kind: z.enum(['supply.off', 'contactors.close', 'contactors.open', 'imd.start', 'imd.stop']) }),
] as const;

export const hardware = {
  pilotOrder: contract({
    topic: evse('hw/pilot/order'),
    doc: `What the charger's pilot hardware is to put on the pilot. ${refreshed}`,
    from: 'slac-agent',
    qos: 0,
    retain: false,
    payload: z.object({ ...timed, signal: z.enum(['digital', 'x1', 'f']) }),
    example: { clock: 81_200, signal: 'digital' },
  }),
  pilot: contract({
    topic: evse('hw/pilot'),
    doc: "What the charger's pilot hardware measures, every 10 ms.",
    from: 'hardware',
    qos: 0,
    retain: false,
    payload: z.object({
      ...measured,
      volts: volts.describe('V, of the high level'),
      pwm: z.boolean().describe('whether the oscillator runs'),
      proximity: ohms.optional().describe('Ω, between proximity and earth'),
    }),
    example: { clock: 44_310, ageMs: 2, volts: 8.97, pwm: true, proximity: 1_500 },
  }),
  loadOrder: contract({
    topic: evse('hw/inlet/order'),
    doc: "What the car's pilot hardware is to put between pilot and earth: state B or C. Said again every 100 ms; without it for 500 ms, B.",
    from: 'slac-agent',
    qos: 0,
    retain: false,
    payload: z.object({ ...timed, load: z.enum(['B', 'C']) }),
    example: { clock: 81_200, load: 'B' },
  }),
  inlet: contract({
    topic: evse('hw/inlet'),
    doc: "What the car's pilot hardware sees at the inlet, every 20 ms.",
    from: 'hardware',
    qos: 0,
    retain: false,
    payload: z.object({ ...measured, plugged: z.boolean(), dutyPercent: percent.optional().describe('%; left out where no oscillator is seen') }),
    example: { clock: 44_310, ageMs: 2, plugged: true, dutyPercent: 5 },
  }),
  powerOrder: contract({
    topic: evse('hw/power/order'),
    doc: 'What source, contactors and isolation monitor are told. `supply.set` and `contactors.close` hold for 80 ms: hardware that hears neither again in that time, or only late, falls to off, and stays so until `supply.off` or `contactors.open` came.',
    from: 'v2g-gateway',
    qos: 0,
    retain: false,
    payload: z.discriminatedUnion('kind', [...orders]),
    example: { clock: 81_240, kind: 'supply.set', voltage: 398.5, current: 125 },
  }),
  power: contract({
    topic: evse('hw/power'),
    doc: 'What source, contactors and meter measure, each every 100 ms, changed or not; the isolation monitor whenever it has measured.',
    from: 'hardware',
    qos: 0,
    retain: false,
    payload: z.discriminatedUnion('kind', [
      z.object({ ...measured, kind: z.literal('supply'), voltage: volts, fault: z.boolean() }),
      z.object({ ...measured, kind: z.literal('contactors'), closed: z.boolean().describe('by their auxiliary contacts') }),
      z.object({ ...measured, kind: z.literal('imd'), selfTest: z.enum(['running', 'passed', 'failed']), resistance: ohms }),
      z.object({ ...measured, kind: z.literal('meter'), voltage: volts, current: amperes, energy: wattHours }),
    ]),
    example: { clock: 44_320, ageMs: 4, kind: 'meter', voltage: 398.2, current: 124.9, energy: 1_240 },
  }),
  vehicleOrder: contract({
    topic: evse('hw/vehicle/order'),
    doc: "What a car's contactors are told. Said again every 100 ms; hardware that has heard none for 500 ms, or only late ones, opens them.",
    from: 'v2g-gateway',
    qos: 0,
    retain: false,
    payload: z.object({ ...timed, kind: z.enum(['inlet.close', 'inlet.open']) }),
    example: { clock: 81_240, kind: 'inlet.close' },
  }),
  vehicle: contract({
    topic: evse('hw/vehicle'),
    doc: 'What a car knows of itself and wants, every 100 ms, changed or not.',
    from: 'hardware',
    qos: 0,
    retain: false,
    payload: z.object({
      ...measured,
      soc: percent,
      batteryVoltage: volts,
      inletVoltage: volts.optional().describe('V, at the inlet; left out where nobody measures it: then the car believes what the charger says'),
      targetVoltage: volts.min(0).describe('V, that the battery wants now'),
      targetCurrent: amperes.min(0).describe('A, that the battery wants now'),
      contactors: z.enum(['open', 'closed']).describe('by their auxiliary contacts'),
      complete: z.boolean().describe('it has enough'),
      bulkComplete: z.boolean(),
      remainingToFull: z.number().min(0).describe('s'),
      remainingToBulk: z.number().min(0).describe('s'),
    }),
    example: {
      clock: 44_330, ageMs: 3, soc: 42, batteryVoltage: 362, inletVoltage: 0, targetVoltage: 400, targetCurrent: 80, contactors: 'open', complete: false,
      bulkComplete: false, remainingToFull: 2_700, remainingToBulk: 1_500,
    },
  }),
} as const;
