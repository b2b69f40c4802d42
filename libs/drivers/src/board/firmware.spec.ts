import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firmwareFolder, startFirmware } from '../../test/firmware.js';
import type { Firmware, FirmwareOptions } from '../../test/firmware.js';
import { orderLine, protocol, readLine, readWord, writeLine } from './line.js';
import type { BoardOrder, BoardWord } from './line.js';

/** A board, and what it says in each stretch of time. */
async function board(options: FirmwareOptions = {}) {
  const firmware = startFirmware(options);
  let [now, number] = [0, 0];
  const words = (text: string): BoardWord[] =>
    text.split('\n').filter((line) => line !== '').map((line) => {
      const read = readLine(line);
      const word = read && readWord(read);
      if (word === undefined) throw new Error(`no line of a board: ${JSON.stringify(line)}`);
      return word;
    });
  return {
    firmware,
    run(ms: number): BoardWord[] {
      let said = '';
      for (const end = now + ms; now < end; ) said += firmware.once(++now);
      return words(said);
    },
    tell: (order: BoardOrder) => firmware.push(orderLine(order, number++)),
  };
}
const last = (words: readonly BoardWord[]) => words.at(-1);

test('it says who it is, at first and when asked, and measures 100 times a second', async () => {
  const { firmware, run } = await board();
  const said = run(1_000);
  expect(said[0]).toEqual({ word: 'board', protocol, name: 'esp32-p4', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string, role: 'evse' });
  expect(said.filter(({ word }) => word === 'pilot').length).toBeGreaterThanOrEqual(99);
  expect(last(said)).toEqual({ word: 'pilot', volts: 12, pwm: false, ohms: 1_500, signal: 'x1', cause: 'silent' });
  firmware.push(writeLine({ word: 'who', number: 7, fields: [] }));
  expect(run(1)[0]).toMatchObject({ word: 'board', role: 'evse' });
  expect(firmware.fed()).toBe(1_001);
});

test('its version is that of this project', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  expect(readFileSync(join(firmwareFolder, 'board.py'), 'utf8')).toContain(`VERSION = "${version}"`);
});

test('it shows what it is told, and finds the high level in 50 µs of each millisecond', async () => {
  const { firmware, run, tell } = await board();
  firmware.set('pilot', 9);
  for (const signal of ['digital', 'f', 'x1', 'digital'] as const) {
    tell({ signal });
    run(1);
    expect(firmware.signal()).toBe(signal);
    expect(last(run(20))).toMatchObject({ signal, cause: 'ordered', pwm: signal === 'digital', volts: signal === 'f' ? -12 : 9 });
  }
  firmware.set('pilot', 6.04);
  const measured = run(400).flatMap((word) => (word.word === 'pilot' ? [word.volts] : []));
  expect(measured.length).toBeGreaterThanOrEqual(39);
  expect(new Set(measured)).toEqual(new Set([6.04]));
});

test('where the pin cannot be read back, the highest of many counts is the high level', async () => {
  const { firmware, run, tell } = await board();
  firmware.set('readback', false);
  firmware.set('pilot', 9);
  tell({ signal: 'digital' });
  const measured = run(400).flatMap((word) => (word.word === 'pilot' && word.cause === 'ordered' ? [word.volts] : []));
  expect(measured.filter((volts) => volts === 9).length / measured.length).toBeGreaterThan(0.9);
});

test('a stage that turns the pin over is turned over again', async () => {
  const { firmware, run, tell } = await board({ settings: 'PILOT_INVERTED = True' });
  run(5);
  // The pin at rest is low: +12 V behind such a stage.
  expect(firmware.signal()).toBe('f');
  tell({ signal: 'digital' });
  run(1);
  expect(firmware.signal()).toBe('odd'); // 95 % of the pin
  tell({ signal: 'f' });
  run(1);
  expect(firmware.signal()).toBe('x1');
});

test('without a host for 500 ms it shows x1, and waits to be told again', async () => {
  const { firmware, run, tell } = await board();
  tell({ signal: 'digital' });
  run(495);
  expect(firmware.signal()).toBe('digital');
  expect(last(run(10))).toMatchObject({ signal: 'x1', cause: 'silent' });
  // A sign of life is no order.
  firmware.push(writeLine({ word: 'who', number: 0, fields: [] }));
  run(20);
  expect(firmware.signal()).toBe('x1');
  tell({ signal: 'digital' });
  run(1);
  expect(firmware.signal()).toBe('digital');
});

test.each([
  ['a converter that fails', (firmware: Firmware, there: boolean) => firmware.set('broken', there ? 'ADC' : null)],
  ['a stage that is dead', (firmware: Firmware, there: boolean) => firmware.set('stage', !there)],
  ['a voltage that cannot be', (firmware: Firmware, there: boolean) => firmware.set('pilot', there ? 16 : 12)],
])('%s is a fault: f, for a second at least, whatever it is told', async (_, fault) => {
  const { firmware, run, tell } = await board();
  tell({ signal: 'x1' });
  run(50);
  fault(firmware, true);
  const said = run(60);
  expect(last(said)).toMatchObject({ signal: 'f', cause: 'fault' });
  fault(firmware, false);
  for (let i = 0; i < 9; i++) {
    tell({ signal: 'x1' });
    run(100);
    expect(firmware.signal()).toBe('f');
  }
  for (let i = 0; i < 3; i++) {
    tell({ signal: 'x1' });
    run(100);
  }
  expect(last(run(20))).toMatchObject({ signal: 'x1', cause: 'ordered', volts: 12 });
});

test('an open proximity line is a number, and one that is not measured is none', async () => {
  const open = await board();
  open.firmware.set('proximity', 1e9);
  expect(last(open.run(20))).toMatchObject({ ohms: 100_000 });
  const without = await board({ settings: 'PROXIMITY_ADC = None' });
  expect(last(without.run(20))).toMatchObject({ ohms: undefined });
});

test("the milliseconds of a board's clock may begin again at zero", async () => {
  const { firmware, run, tell } = await board({ start: 2 ** 30 - 300 });
  tell({ signal: 'digital' });
  const said = run(480);
  expect(firmware.signal()).toBe('digital');
  expect(said.filter(({ word }) => word === 'pilot').length).toBeGreaterThanOrEqual(45);
  run(40);
  expect(firmware.signal()).toBe('x1');
});

test('noise is no order, and ends none', async () => {
  const { firmware, run, tell } = await board();
  const octets = fc.uint8Array({ maxLength: 120 }).map((bytes) => String.fromCharCode(...bytes));
  const almost = fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 127 })).map(([at, flip]) => {
    const line = orderLine({ signal: 'f' }, 1);
    return [...line].map((each, i) => (i === at % (line.length - 1) ? String.fromCharCode(each.charCodeAt(0) ^ flip) : each)).join('');
  });
  tell({ signal: 'digital' });
  run(1);
  fc.assert(
    fc.property(fc.oneof(octets, almost), (noise) => {
      firmware.push(noise);
      run(2);
      expect(firmware.signal()).toBe('digital');
      firmware.push('\n');
      tell({ signal: 'digital' });
      run(1);
    }),
    { seed: 1, numRuns: 300 },
  );
});
