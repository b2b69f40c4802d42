import { expect, test } from 'vitest';
import { fakeIo } from '../../test/console.js';
import { toy } from '../../test/toy.js';
import { encodeCommand } from './encode.js';

const libraries = { codecs: { ping: toy(1, 'Ping') } };

async function encode(args: string[], stdin: string[] = []): Promise<{ code: number; printed: string[]; errors: string[] }> {
  const { io, printed, errors } = fakeIo({ stdin });
  return { code: await encodeCommand(libraries).run(args, io), printed, errors };
}

test('a value a line becomes hex a line, in order', async () => {
  const lines = '{"Ping":{"n":1}}\n{"schema":"ping","type":"Ping","decoded":{"Ping":{"n":2}}}\n';
  expect(await encode(['--schema', 'ping', '-'], [lines])).toEqual({ code: 0, printed: ['0101', '0102'], errors: [] });
});

test('a line that fails gives ! and the error as JSON, and the exit code is 1', async () => {
  const { code, printed } = await encode(['--schema', 'ping', '-'], ['{"Ping":{}}\n\n{"Ping":{"n":3}}']);
  expect(printed.map((line) => (line.startsWith('!') ? JSON.parse(line.slice(1)) : line))).toEqual([
    { code: 'missing', byte: 0, bit: 0, path: 'Ping/n', message: 'n is missing' },
    expect.objectContaining({ code: 'not-json' }),
    '0103',
  ]);
  expect(code).toBe(1);
});

test('a line of XML is written by the schema that has its document element', async () => {
  expect(await encode(['-'], ['<Ping n="7"/>\n  \n'])).toMatchObject({ printed: ['0107', expect.stringContaining('not-json')] });
  const { code, printed } = await encode(['--schema', 'ping', '-'], ['<Pong n="7"/>']);
  expect([code, JSON.parse(printed[0]?.slice(1) ?? '')]).toEqual([1, { code: 'unexpected', byte: 0, bit: 0, path: '', message: 'no Ping' }]);
});

test('a file that cannot be read does not end the reading of the next', async () => {
  expect(await encode(['--schema', 'ping', 'gone.jsonl', '-'], ['{"Ping":{"n":1}}'])).toEqual({
    code: 1,
    printed: ['0101'],
    errors: ['pilotwire: encode: no such file: gone.jsonl\n'],
  });
});

test('an unknown schema and a missing input are refused before anything is read', async () => {
  await expect(encode(['--schema', 'pong', '-'])).rejects.toThrow('unknown schema: pong (did you mean ping?)');
  await expect(encode(['--schema', 'ping'])).rejects.toThrow('nothing to encode');
});
