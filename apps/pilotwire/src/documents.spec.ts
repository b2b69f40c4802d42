import { expect, test } from 'vitest';
import { documents } from './documents.js';
import type { Line } from './lines.js';

async function read(...given: (string | Line)[]): Promise<Line[]> {
  async function* source(): AsyncGenerator<Line> {
    for (const line of given) yield typeof line === 'string' ? { text: line } : line;
  }
  const found: Line[] = [];
  for await (const document of documents(source())) found.push(document);
  return found;
}

const declaration = '<?xml version="1.0"?>';
const pretty = [declaration, '<a:M xmlns:a="u">', '  <b/>', '</a:M>'];

test('lines are documents of their own, and those of a document with a declaration are one', async () => {
  const lines = ['{"a":1}', '<M/>', '<M>', ''];
  expect(await read(...lines, ...pretty, ...pretty, '<N/>')).toEqual(
    [...lines, pretty.join('\n'), pretty.join('\n'), '<N/>'].map((text) => ({ text })),
  );
});

test('a document that is all on one line, or whose element is, ends there', async () => {
  const whole = [`${declaration}<M><n/></M>`, `${declaration} <M/>`];
  expect(await read(...whole, declaration, '<M n="1"/>', declaration, '<M></M> ', 'x')).toEqual(
    [...whole, `${declaration}\n<M n="1"/>`, `${declaration}\n<M></M> `, 'x'].map((text) => ({ text })),
  );
});

test('a document without end is one up to the next, to a line that is none, or to the end', async () => {
  const problem = { problem: 'not-utf8' } as const;
  expect(await read(declaration, '<M>', ...pretty, declaration, '<M>', problem, declaration, '<M>')).toEqual([
    { text: `${declaration}\n<M>` },
    { text: pretty.join('\n') },
    { text: `${declaration}\n<M>` },
    problem,
    { text: `${declaration}\n<M>` },
  ]);
});
