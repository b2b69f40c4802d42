import { isAlias, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { ConfigurationError } from './error.js';
import type { Given } from './given.js';

export const mostCharacters = 65_536;

/**
 * What a file sets: YAML (and so JSON), where keys nest by their dots: `mqtt: { url: … }` is `mqtt.url: …`. Throws
 * `ConfigurationError` for what is no YAML, with the line.
 */
export function fromFile({ name, text }: { readonly name: string; readonly text: string }): Given[] {
  if (text.length > mostCharacters) throw new ConfigurationError([{ where: name, problem: `longer than ${mostCharacters} characters: this is no configuration` }]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => `${name}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    throw new ConfigurationError(document.errors.map(({ pos, message }) => ({ where: at(pos[0]), problem: message })));
  }
  const given: Given[] = [];
  const visit = (node: unknown, path: string, where: string): void => {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const part = isScalar(key) ? String(key.value) : '?';
        const line = isScalar(key) && key.range ? at(key.range[0]) : where;
        visit(value, path === '' ? part : `${path}.${part}`, line);
      }
    } else if (isScalar(node)) {
      // `key:` with nothing behind it leaves the default.
      if (node.value !== null) given.push({ key: path, value: node.value, where });
    } else if (node !== null) given.push({ key: path, value: isAlias(node) ? undefined : [], where });
  };
  visit(document.contents, '', name);
  return given;
}
