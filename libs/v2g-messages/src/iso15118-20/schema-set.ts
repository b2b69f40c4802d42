import { type Complex, type Element, schemaSet, type SchemaSet } from '@pilotwire/exi';
import { complexTypesOf, elementsOf } from '../declared.js';
import { xmldsigElements } from '../xmldsig/index.js';
import * as commonTypes from './common-types.js';

/** One of the five message schemas with what it imports: all of V2G_CI_CommonTypes.xsd and XML Signature. */
export function iso20SchemaSet(
  name: string,
  messages: Readonly<Record<string, Element<string, unknown>>>,
  others: readonly Element<string, unknown>[] = [],
  types: readonly Complex<unknown>[] = [],
): SchemaSet {
  const elements = [...others, ...elementsOf(commonTypes), ...xmldsigElements];
  return schemaSet(name, Object.values(messages), elements, [...types, ...complexTypesOf(commonTypes)]);
}
