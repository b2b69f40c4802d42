import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastNumber, longestLine, orderLine, readLine, readWord, splitLines, writeLine } from './line.js';

const field = fc.stringMatching(/^[!-)+-~]{1,24}$/);
const line = fc.record({ word: fc.stringMatching(/^[a-z]{1,8}$/), number: fc.integer({ min: 0, max: lastNumber }), fields: fc.array(field, { maxLength: 2 }) });

test('the check is that of the reference', () => {
  expect(orderLine({ signal: 'digital' }, 17)).toBe('order 17 digital*5FB987F4\n');
});

test('what is written is read', () => {
  fc.assert(
    fc.property(line, (one) => {
      expect(readLine(writeLine(one).slice(0, -1))).toEqual(one);
    }),
    { seed: 1 },
  );
});

test('a line of which anything was changed is none', () => {
  fc.assert(
    fc.property(line, fc.nat(), fc.integer({ min: 1, max: 255 }), (one, at, flip) => {
      const text = writeLine(one).slice(0, -1);
      const i = at % text.length;
      const bent = text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ flip) + text.slice(i + 1);
      expect(readLine(bent)).toBeUndefined();
      expect(readLine(text.slice(0, i))).toBeUndefined();
    }),
    { seed: 1 },
  );
});

test('garbage is no line', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) => {
      expect(readLine(text)).toBeUndefined();
    }),
    { seed: 1 },
  );
  expect(readLine(writeLine({ word: 'order', number: 65_536, fields: [] }).slice(0, -1))).toBeUndefined();
  expect(readLine(writeLine({ word: 'order', number: 1, fields: Array.from({ length: 5 }, () => 'x'.repeat(20)) }).slice(0, -1))).toBeUndefined();
});

test('however a stream is cut, its lines are the same, and what is held of it is bounded', () => {
  const texts = ['order 1 x1', '', 'x'.repeat(3 * longestLine), 'pilot 2 9.00'];
  const whole = `${texts.join('\r\n')}\n`;
  fc.assert(
    fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
      let held = '';
      const found: string[] = [];
      at.slice(1).forEach((to, i) => {
        const next = splitLines(held, whole.slice(at[i], to));
        held = next.held;
        expect(held.length).toBeLessThanOrEqual(longestLine + 1);
        found.push(...next.lines);
      });
      expect(found.map((text) => (text.length > longestLine ? 'long' : text))).toEqual(texts.map((text) => (text.length > longestLine ? 'long' : text)));
    }),
    { seed: 1 },
  );
});

const word = (text: string) => {
  const [name = '', ...fields] = text.split(' ');
  return readWord({ word: name, number: 0, fields });
};

test('what a board says is read whole or not at all', () => {
  expect(word('pilot 8.97 1 1500 digital ordered')).toEqual({ word: 'pilot', volts: 8.97, pwm: true, ohms: 1_500, signal: 'digital', cause: 'ordered' });
  expect(word('pilot -12 0 - f fault')).toEqual({ word: 'pilot', volts: -12, pwm: false, ohms: undefined, signal: 'f', cause: 'fault' });
  expect(word('inlet 1 5.0 C ordered')).toEqual({ word: 'inlet', plugged: true, duty: 5, load: 'C', cause: 'ordered' });
  expect(word('inlet 0 - B silent')).toEqual({ word: 'inlet', plugged: false, duty: undefined, load: 'B', cause: 'silent' });
  const wrong = [
    'pilot', 'pilot 9', 'pilot nan 1 1500 digital ordered', 'pilot 1e3 1 1500 digital ordered', 'pilot 9 2 1500 digital ordered', 'pilot 9 1 -5 digital ordered',
    'pilot 9 1 1500 pwm ordered', 'pilot 9 1 1500 digital because', 'inlet 1 101 B ordered', 'inlet 1 5 D ordered', 'board 1 x 1', 'board x x 1 evse', 'board 1 x 1 both', 'tea 1',
  ];
  for (const text of wrong) expect([text, word(text)]).toEqual([text, undefined]);
  // A later version says more.
  expect(word('pilot 9 1 1500 digital ordered -12.1')).toMatchObject({ volts: 9 });
});
