import { describe, expect, test } from 'vitest';
import { UsageError } from './errors.js';
import { optionsHelp, parse } from './options.js';

const options = {
  json: { help: 'as JSON' },
  schema: { help: 'which schema', value: 'SCHEMA' },
  type: { help: 'which types', value: 'TYPE', many: true },
} as const;

describe('parse', () => {
  test('flags, values and words may come in any order', () => {
    expect(parse(options, ['a', '--type', 'X', '--schema=din', '-', '--type=Y', '--json', '--', '--b'])).toEqual({
      values: { json: true, schema: 'din', type: ['X', 'Y'], help: false },
      words: ['a', '-', '--b'],
    });
  });

  test('what is not given is false, undefined or empty', () => {
    expect(parse(options, []).values).toEqual({ json: false, schema: undefined, type: [], help: false });
  });

  test.each([
    [['--jsno'], 'unknown option: --jsno (did you mean --json?)'],
    [['-j'], 'unknown option: -j'],
    [['--json=yes'], '--json takes no value'],
    [['--schema'], '--schema needs a value: --schema SCHEMA'],
    [['--schema', '--json'], '--schema needs a value: --schema SCHEMA'],
    [['--schema', 'din', '--schema', 'app'], '--schema is given twice'],
    [['--toString'], 'unknown option: --toString'],
  ])('%j is refused: %s', (args, message) => {
    expect(() => parse(options, args)).toThrow(new UsageError(message));
  });
});

test('the help of the flags is aligned and ends with --help', () => {
  expect(optionsHelp(options)).toBe(
    '  --json           as JSON\n  --schema SCHEMA  which schema\n  --type TYPE      which types\n  --help           show this help\n',
  );
});
