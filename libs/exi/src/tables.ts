import { byQName } from './declare.js';
import type { QName } from './schema.js';
import { bitsFor } from './simple.js';

/** Namespaces every schema-informed stream knows (EXI 1.0, appendix D): none, XML, instances, XML Schema itself. */
const builtIn: readonly (readonly [uri: string, names: readonly string[]])[] = [
  ['', []],
  ['http://www.w3.org/XML/1998/namespace', ['base', 'id', 'lang', 'space']],
  ['http://www.w3.org/2001/XMLSchema-instance', ['nil', 'type']],
  ['http://www.w3.org/2001/XMLSchema', []],
];

/** Names and texts met so far in one stream: a later one may be written as a reference (EXI 1.0, section 7.3). */
export class StringTables {
  private readonly uris: string[];
  private readonly names: Map<string, string[]>;
  private readonly texts: string[] = [];
  private readonly textsOf = new Map<string, Map<string, string[]>>();

  constructor(vocabulary: Vocabulary) {
    this.uris = [...vocabulary.uris];
    this.names = new Map(vocabulary.names.map(([uri, names]) => [uri, [...names]]));
  }

  /** Width of a reference to a namespace; 0 stands for "a new one follows". */
  get uriWidth(): number {
    return bitsFor(this.uris.length + 1);
  }
  uri(index: number): string | undefined {
    return this.uris[index];
  }
  uriIndex(uri: string): number {
    return this.uris.indexOf(uri);
  }
  addUri(uri: string): void {
    this.uris.push(uri);
  }

  /** Local names known in a namespace; a new one is added by the caller. */
  localNames(uri: string): string[] {
    return entry(this.names, uri, () => []);
  }

  get globalTexts(): readonly string[] {
    return this.texts;
  }
  /** Texts met as the content of one element or attribute. */
  localTexts({ uri, name }: QName): string[] {
    return entry(entry(this.textsOf, uri, () => new Map<string, string[]>()), name, () => []);
  }
  addText(owner: QName, text: string): void {
    if (text === '') return;
    this.texts.push(text);
    this.localTexts(owner).push(text);
  }
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  let found = map.get(key);
  if (found === undefined) map.set(key, (found = make()));
  return found;
}

/** The names a schema set fills the tables with before the stream begins. */
export interface Vocabulary {
  readonly uris: readonly string[];
  readonly names: readonly (readonly [uri: string, names: readonly string[]])[];
}

export function vocabulary(names: readonly QName[]): Vocabulary {
  const known = new Map<string, Set<string>>(builtIn.map(([uri, list]) => [uri, new Set(list)]));
  for (const { uri, name } of [...names].sort(byQName)) known.set(uri, (known.get(uri) ?? new Set()).add(name));
  const first = builtIn.map(([uri]) => uri);
  const own = [...known.keys()].filter((uri) => !first.includes(uri)).sort();
  const sorted = (uri: string) => [...(known.get(uri) ?? [])].sort();
  return { uris: [...first, ...own], names: [...first, ...own].map((uri) => [uri, sorted(uri)] as const) };
}
