import { didYouMean } from '@pilotwire/configuration/nearest';
import { type Command, command } from '../command.js';
import { CliError, UsageError } from '../errors.js';
import { codecOf } from '../exi-line.js';
import type { Libraries } from '../libraries.js';

export function grammarCommand({ codecs }: Pick<Libraries, 'codecs'>): Command {
  return command({
    summary: 'Prints the EXI grammar of a type: its states, and what each event code stands for.',
    usage: ['[--schema SCHEMA] TYPE...'],
    options: { schema: { help: 'only the types of this schema, e.g. din', value: 'SCHEMA' } },
    notes: `TYPE is the name of a type of the schema files, or of an element: PreChargeReq, PhysicalValueType, ResponseCode.
Event codes are in binary. Those behind the escape are met only where a message is not as the schema wants it.`,
    run: async ({ schema }, words, io) => {
      if (words.length === 0) throw new UsageError('name a TYPE, e.g. PreChargeReq');
      const chosen = schema === undefined ? Object.entries(codecs) : [[schema, codecOf(codecs, schema)] as const];
      for (const word of words) {
        const found = chosen.flatMap(([name, codec]) => codec.grammarsOf(word).map((grammar) => `${name} ${word}\n\n${grammar}`));
        if (found.length === 0) {
          const near = didYouMean(word, chosen.flatMap(([, codec]) => [...codec.grammarNames()]));
          throw new CliError(`no type or element ${word} in ${chosen.map(([name]) => name).join(', ')}${near}`);
        }
        for (const text of found) await io.out.line(text);
      }
      return 0;
    },
  });
}
