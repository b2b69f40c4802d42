import { expect, test } from 'vitest';
import { fakeIo } from '../../test/console.js';
import { grammar } from '../wiring.js';

async function printed(...args: string[]): Promise<string[]> {
  const { io, printed: lines } = fakeIo();
  expect(await grammar.run(args, io)).toBe(0);
  return lines.join('\n').split('\n');
}

test('a type is printed by its name or by that of an element, for each schema that has it', async () => {
  const lines = await printed('--schema', 'din', 'PreChargeReq');
  expect(lines.slice(0, 4)).toEqual([
    'din PreChargeReq',
    '',
    'state  code  event                                       next',
    '0      0     element DC_EVStatus: DC_EVStatusType        1',
  ]);
  expect(await printed('--schema', 'din', 'PreChargeReqType')).toEqual(lines.map((line) => line.replace('din PreChargeReq', 'din PreChargeReqType')));
  const schemas = (await printed('DC_EVStatusType')).filter((line) => line.endsWith(' DC_EVStatusType'));
  expect(schemas).toEqual(['din DC_EVStatusType', 'iso2 DC_EVStatusType']);
});

test('a name that no schema has is refused', async () => {
  await expect(grammar.run(['Nobody'], fakeIo().io)).rejects.toThrow(/^no type or element Nobody in app, din, iso2/);
  await expect(grammar.run(['PreChargeRq'], fakeIo().io)).rejects.toThrow('(did you mean PreChargeReq?)');
  await expect(grammar.run([], fakeIo().io)).rejects.toThrow('name a TYPE');
});
