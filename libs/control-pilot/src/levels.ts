import { machine, ms, stay } from '@pilotwire/machine';
import type { Machine } from '@pilotwire/machine';
import { debounce } from './debounce.js';
import type { Debounced } from './debounce.js';

/**
 * What the voltage of the control pilot says (IEC 61851-1 Annex A): A no vehicle, B vehicle connected, C ready to
 * take energy, D the same with ventilation, E no voltage at all, F not available.
 */
export type PilotLevel = 'A' | 'B' | 'C' | 'D' | 'E' | 'F';

/** Level and oscillator: 1 is a steady voltage, 2 a PWM. E and F are steady by nature. */
export type PilotState = `${'A' | 'B' | 'C' | 'D'}${1 | 2}` | 'E' | 'F';

/** The level whose band ends where the next one begins; from high to low. Volts, IEC 61851-1 Annex A. */
const levels: readonly (readonly [level: PilotLevel, nominal: number])[] = [
  ['A', 12], ['B', 9], ['C', 6], ['D', 3], ['E', 0], ['F', -12],
];

/**
 * Half the width of the gap between two levels where the voltage alone does not decide: bands of 1 V on either side of
 * 12, 9, 6 and 3 V, as in the standard. Unsure: the same width is taken between E and F.
 */
const halfGap = 0.5;

/** How long a level must last. Unsure: short enough that leaving C stops the power within 100 ms. */
const pilotDebounce = ms(10);

/**
 * The level of a voltage (the high one where there is a PWM), in volts. Between two bands it is the level that was
 * there `before`, if it is one of the two, otherwise the nearer. Not a number is E: a line that cannot be read.
 */
export function pilotLevel(volts: number, before?: PilotLevel): PilotLevel {
  if (Number.isNaN(volts)) return 'E';
  for (let i = 0; i + 1 < levels.length; i++) {
    const [upper, high] = levels[i] as (typeof levels)[number];
    const [lower, low] = levels[i + 1] as (typeof levels)[number];
    const middle = (high + low) / 2;
    if (volts >= middle + halfGap) return upper;
    if (volts <= middle - halfGap) continue;
    if (before === upper || before === lower) return before;
    return volts >= middle ? upper : lower;
  }
  return 'F';
}

/** A measurement of the line: its high voltage, and whether the oscillator runs. */
export interface PilotReading {
  readonly kind: 'reading';
  readonly volts: number;
  readonly pwm: boolean;
}

/** The state changed. */
export interface PilotChange {
  readonly kind: 'pilot';
  readonly level: PilotLevel;
  readonly state: PilotState;
}

/** The line as it is believed to be; `value` is undefined until the first readings agree. */
export type PilotLine = Debounced<PilotState>;
export const unreadPilot: PilotLine = { value: undefined };

const levelOf = (state: PilotState): PilotLevel => state.charAt(0) as PilotLevel;
const stateOf = (level: PilotLevel, pwm: boolean): PilotState =>
  level === 'E' || level === 'F' ? level : `${level}${pwm ? 2 : 1}`;

/** From readings to changes of state. It waits for nothing: without readings nothing is believed. */
export const controlPilot: Machine<PilotLine, PilotReading, PilotChange> = machine((line, input, now) => {
  if (input.kind === 'tick') return stay(line);
  const level = pilotLevel(input.volts, line.seen && levelOf(line.seen));
  const next = debounce(line, stateOf(level, input.pwm), now, pilotDebounce);
  if (next.value === undefined || next.value === line.value) return stay(next);
  return stay(next, { kind: 'pilot', level: levelOf(next.value), state: next.value });
});
