import { expect, test } from 'vitest';
import { isExpected } from './charge.js';

test('a session ended as expected where both sides did', () => {
  const expected = { ev: 'user-stop', evse: ['completed', 'stopped-early'] } as const;
  expect(isExpected(expected, 'user-stop', 'completed')).toBe(true);
  expect(isExpected(expected, 'user-stop', 'stopped-early')).toBe(true);
  expect(isExpected(expected, 'completed', 'completed')).toBe(false);
  expect(isExpected(expected, 'user-stop', 'none')).toBe(false);
});
