import { controlPilot, unreadPilot } from '@pilotwire/control-pilot';
import type { PilotLevel, PilotLine } from '@pilotwire/control-pilot';
import { between, ms } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { PilotSample } from '@pilotwire/outlet';
import type { PilotView } from '../happening.js';
import { PlugContact } from './plug-contact.js';

/** Without a sample for so long nobody knows what is on the wire; one comes every 10 ms. */
const pilotStale = ms(100);

/** 5 % is the only duty cycle of a DC charger. */
export const digitalDuty = 5;

/** The pilot as it is believed to be. */
export interface Sensed {
  /** Undefined while nobody can tell. */
  readonly level: PilotLevel | undefined;
  readonly pwm: boolean;
}

const unknown: Sensed = { level: undefined, pwm: false };

/** From samples to what is believed: a level that lasted, and nothing at all when samples stay away. */
export class PilotSense {
  sensed: Sensed = unknown;
  readonly #contact = new PlugContact();
  #line: PilotLine = unreadPilot;
  #last: { readonly sample: PilotSample; readonly at: Instant; readonly contact: ReturnType<PlugContact['read']> } | undefined;

  /** Takes a sample; true where level or oscillator changed. */
  take(sample: PilotSample, now: Instant): boolean {
    this.#last = { sample, at: now, contact: this.#contact.read(sample.proximity, now) };
    const { kind, volts, pwm } = sample;
    const { state, outputs } = controlPilot.step(this.#line, { kind, volts, pwm }, now);
    this.#line = state;
    const change = outputs.at(-1);
    if (change === undefined) return false;
    this.sensed = { level: change.level, pwm: change.state.endsWith('2') };
    return true;
  }

  /** Whether what was believed is too old to be believed any longer; it is forgotten then. */
  gone(now: Instant): boolean {
    if (this.sensed.level === undefined || this.#last === undefined || between(this.#last.at, now) < pilotStale) return false;
    return this.forget();
  }

  /** What was believed is believed no longer; true where there was something. */
  forget(): boolean {
    const known = this.sensed.level !== undefined;
    this.#line = unreadPilot;
    this.sensed = unknown;
    return known;
  }

  /** The proximity contact in a word, to be compared. */
  get contact(): string {
    const { proximity = '', cableA = '' } = this.#last?.contact ?? {};
    return `${proximity}${cableA}`;
  }

  /** The latch button is held. */
  get pressed(): boolean {
    return this.sensed.level !== undefined && this.#last?.contact.proximity === 'pressed';
  }

  /** For the people who look on. */
  view(now: Instant): PilotView {
    if (this.#last === undefined) return { pwm: false, at: now };
    const { level, pwm } = this.sensed;
    const { at, sample, contact } = this.#last;
    const known = level === undefined ? {} : { level, ...(Number.isFinite(sample.volts) && { highV: sample.volts }) };
    return { ...known, pwm, ...(pwm && { dutyPercent: digitalDuty }), ...contact, at };
  }
}
