import { describe, expect, test } from 'vitest';
import { didYouMean, nearest } from './nearest.js';

describe('nearest', () => {
  test.each([
    ['decoed', 'decode'],
    ['encod', 'encode'],
    ['--jsno', '--json'],
    ['hompelug', 'homeplug'],
  ])('a person who wrote %s meant %s', (word, meant) => {
    expect(nearest(word, ['decode', 'encode', 'bench', '--json', 'homeplug'])).toBe(meant);
  });

  test('a word that is like none gives none', () => {
    expect(nearest('charge', ['decode', 'encode', 'bench'])).toBeUndefined();
    expect(didYouMean('charge', ['decode'])).toBe('');
  });
});
