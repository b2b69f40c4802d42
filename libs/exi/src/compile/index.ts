import type { SchemaSet } from '../schema-set.js';
import { decoderSource } from './decoder.js';
import { encoderSource } from './encoder.js';
import { prelude } from './prelude.js';
import { plan } from './shape.js';

/**
 * The source of a module that exports `decode` and `encode` (see `Compiled`) for the messages of a schema set. Run
 * at build time: the result is plain JavaScript and needs no evaluation at run time.
 */
export function compile(set: SchemaSet): string {
  const work = plan(set);
  const enumerations = [...work.enumerations].map(([values, name]) => `const ${name} = ${JSON.stringify(values)};`);
  return [prelude, ...enumerations, decoderSource(work), encoderSource(work)].join('\n');
}
