import { expect, test } from 'vitest';
import { ConfigurationError } from '@pilotwire/configuration';
import { passwordsOf } from './passwords.js';

const of = (text: string) => passwordsOf(text, 'passwords', ['yard-1', 'yard-2', 'yard-3']);

test('each station has its own; * is for the others', () => {
  expect([...of('# ours\nyard-1 hunter2\n\nyard-2\thunter3 \r\n')]).toEqual([['yard-1', 'hunter2'], ['yard-2', 'hunter3']]);
  expect([...of('* hunter1\nyard-2 hunter3\n')]).toEqual([['yard-1', 'hunter1'], ['yard-2', 'hunter3'], ['yard-3', 'hunter1']]);
  expect(of('').size).toBe(0);
});

test.each([
  ['yard-1', 'passwords, line 1: write STATION PASSWORD'],
  ['yard-1 a b', 'passwords, line 1: write STATION PASSWORD'],
  ['\nhunter2 hunter2', 'passwords, line 2: this is no station of ocpp.stations'],
  ['yard-1 hunter2\nyard-1 hunter3', 'passwords, line 2: this station has a password already'],
])('%j is refused, and no password said', (text, problem) => {
  expect(() => of(text)).toThrow(ConfigurationError);
  expect(() => of(text)).toThrow(problem);
  try {
    of(text);
  } catch (error) {
    expect(String(error)).not.toContain('hunter');
  }
});
