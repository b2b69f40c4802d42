import { type Command, command } from '../command.js';
import { documents } from '../documents.js';
import { UsageError } from '../errors.js';
import { codecOf, encodeLine } from '../exi-line.js';
import { openInput } from '../input.js';
import type { Libraries } from '../libraries.js';
import { lines } from '../lines.js';
import { forEachWord } from '../words.js';

export function encodeCommand({ codecs }: Pick<Libraries, 'codecs'>): Command {
  return command({
    summary: 'Turns messages in JSON or XML into EXI in hex.',
    usage: ['[--schema SCHEMA] FILE... | -'],
    options: { schema: { help: 'the schema to write by, e.g. din, where the lines do not name it', value: 'SCHEMA' } },
    notes: `Each line is {"schema","type","decoded"} as decode --json prints it, the bare value, or an XML
document as decode --xml prints it, which names its schema by its namespace. An XML document that begins with its
declaration (<?xml ...?>), as --pretty prints it, may have several lines. Each gives one line, in order: hex, or ! and
the error as JSON. The exit code is 1 if any failed.`,
    run: async ({ schema }, words, io) => {
      if (words.length === 0) throw new UsageError('nothing to encode: name a FILE of lines of JSON or XML, or - for standard input');
      if (schema !== undefined) codecOf(codecs, schema);
      return forEachWord('encode', words, io, async (word) => {
        let good = true;
        const { bytes } = await openInput(word, io);
        for await (const line of documents(lines(bytes))) {
          const result = encodeLine(codecs, schema, line);
          if ('error' in result) good = false;
          await io.out.line('error' in result ? `!${JSON.stringify(result.error)}` : result.hex);
        }
        return good;
      });
    },
  });
}
