import { expect, test } from 'vitest';
import { csv } from './csv.js';

test('cells as RFC 4180 has them, and none that a spreadsheet would run', () => {
  expect(csv(['a', 'b', 'c'], [{ a: 'x,"y"', b: null, c: 1.5 }, { a: '=1+1', b: true, c: 'line\nbreak' }])).toBe('a,b,c\r\n"x,""y""",,1.5\r\n\'=1+1,true,"line\nbreak"\r\n');
});
