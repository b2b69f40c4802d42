import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { simulate } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { sharedPath } from '../../../tools/shared.js';
import { cableOf, controlPilot, unreadPilot } from '../src/index.js';

/** What the test system dSPACE DS5366 tells about itself: JSON in a homeplug frame of type 0x8002. */
interface Diagnostics {
  readonly at: number;
  readonly state: string;
  readonly volts: number;
  readonly ppOhms: number;
}

function diagnosticsOf(file: string): Diagnostics[] {
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n');
  const found: Diagnostics[] = [];
  for (const line of lines) {
    const { t, kind, hex } = JSON.parse(line) as { t: number; kind: string; hex: string };
    const text = kind === 'homeplug' ? Buffer.from(hex, 'hex').toString('latin1') : '';
    if (!text.includes('SCS Diag')) continue;
    const json = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
    const values = JSON.parse(json) as Record<string, string | number>;
    found.push({
      at: t,
      state: String(values['CP State']).replace('State_', ''),
      volts: Number(values['CP/CE Voltage [V]']),
      ppOhms: Number(values['PP Resistor [Ohm]']),
    });
  }
  return found;
}

const folder = sharedPath('captures');
const withDiagnostics = /(DS5366|PWM_Basic).*\.expected\.jsonl\.gz$/;
const files = folder ? readdirSync(folder).filter((name) => withDiagnostics.test(name)) : [];

describe.skipIf(!folder)('diagnostics of a test system', () => {
  test('there are eight captures with them', () => {
    expect(files).toHaveLength(8);
  });

  test.each(files)('%s: we name the state it names', (name) => {
    const reports = diagnosticsOf(`${folder}/${name}`);
    expect(reports.length).toBeGreaterThan(9);
    const line = simulate(controlPilot, unreadPilot);
    const start = reports[0]?.at ?? 0;
    const ours = reports.map(({ at, volts, state }) => {
      line.advanceTo(((at - start) * 1_000) as Instant);
      // A report stands for the time since the one before: two readings, so that the debounce can believe it.
      for (const wait of [0, 10]) {
        line.advance(wait);
        line.feed({ kind: 'reading', volts, pwm: state.endsWith('2') });
      }
      return line.state.value;
    });
    // The system measures the voltage when it sends, but names the state it had before: in the report in which the
    // voltage changes, its state is one report late. So a state must be that of this report, or that of the last one,
    // and the latter only where the voltage has just changed.
    const letter = (state: string | undefined) => state?.charAt(0);
    let late = 0;
    reports.forEach(({ state }, i) => {
      if (letter(ours[i]) === letter(state)) return;
      expect(letter(ours[i]), `report ${i}`).not.toBe(letter(ours[i - 1]));
      expect(letter(ours[i - 1]), `report ${i}`).toBe(letter(state));
      late++;
    });
    const changes = ours.filter((state, i) => i > 0 && letter(state) !== letter(ours[i - 1])).length;
    expect(late).toBeLessThanOrEqual(changes);
    expect(new Set(ours.map(letter))).toEqual(new Set(reports.map(({ state }) => letter(state))));
  });

  test('the plug of the test bench is a cable for 13 A', () => {
    const ohms = files.flatMap((name) => diagnosticsOf(`${folder}/${name}`)).map((report) => report.ppOhms);
    const plugged = ohms.filter((value) => value > 0);
    expect(plugged.length).toBeGreaterThan(50);
    for (const value of plugged) expect(cableOf(value)).toEqual({ kind: 'cable', amperes: 13 });
  });
});
