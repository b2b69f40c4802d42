import type { AnyElement } from '../declare.js';
import type { Complex, Particle, QName, Simple, Term, Type } from '../schema.js';
import type { SchemaSet } from '../schema-set.js';
import { base64ToHex } from './base64.js';
import { XmlError, type XmlErrorCode } from './errors.js';
import { parseXml, type XmlAttribute, type XmlElement, type XmlText } from './parse.js';

const instances = 'http://www.w3.org/2001/XMLSchema-instance';

/**
 * The message of an XML document. Names, namespaces and the forms of values must be the schema's; that nothing is missing,
 * too many or out of bounds is for a codec's `check` to see. Throws `XmlError`.
 */
export function fromXml(set: SchemaSet, text: string): unknown {
  const reading = new Reading(set, text);
  let root: (typeof set.messages)[number] | undefined;
  // A document of another schema is not read to its end.
  const element = parseXml(text, (name, at) => {
    root = set.messages.find((message) => isNamed(message, name));
    if (!root) reading.fail('unexpected', at, `${show(name)} is no message of the ${set.name} schema`);
  });
  return root && { [root.name]: reading.element(root.type, element) };
}

class Reading {
  private readonly set: SchemaSet;
  private readonly text: string;

  constructor(set: SchemaSet, text: string) {
    this.set = set;
    this.text = text;
  }

  element(type: Type<unknown>, element: XmlElement): unknown {
    if (type.kind === 'complex') return this.complex(type, element);
    this.attributes([], element);
    return this.simple(type, this.textOf(element), element.at);
  }

  private complex(type: Complex<unknown>, element: XmlElement): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    for (const { name, value, at } of this.attributes(type.attributes, element)) {
      const use = type.attributes.find((of) => of.name === name) as { readonly type: Simple<unknown> };
      members[name] = this.simple(use.type, value, at);
    }
    const { content, mixed } = type;
    if (content.kind === 'simple') {
      members['CONTENT'] = this.simple(content, this.textOf(element), element.at);
      return members;
    }
    const onlyText = element.content.every((part) => 'text' in part);
    for (const part of element.content) {
      if (!('text' in part)) this.child(content, part, members);
      else if (mixed && (onlyText || !part.blank)) members['CONTENT'] = `${(members['CONTENT'] as string | undefined) ?? ''}${part.text}`;
      else if (!part.blank) this.fail('unexpected', part.at, `text in ${show(element)}, which has only elements`);
    }
    return members;
  }

  private child(content: Particle, element: XmlElement, members: Record<string, unknown>): void {
    const place = placeOf(content, element, false);
    if (place === undefined) this.fail('unexpected', element.at, `${show(element)} is no element here`);
    if (place === 'any') {
      const before = members['ANY'] as AnyElement[] | undefined;
      const any = this.any(element);
      if (before) before.push(any);
      else members['ANY'] = [any];
      return;
    }
    const { term, repeated } = place;
    const value = this.element(term.type, element);
    const before = members[term.name];
    if (before === undefined) members[term.name] = term.array ? [value] : value;
    else if (Array.isArray(before)) before.push(value);
    else if (repeated) members[term.name] = [before, value];
    else this.fail('unexpected', element.at, `${show(element)} comes a second time`);
  }

  /** An element that a wildcard stands for: of the schema where it has one. */
  private any(element: XmlElement): AnyElement {
    const { name, uri, attributes } = element;
    const known = this.set.roots.find((root) => isNamed(root, element));
    if (known) return { name, uri, value: this.element(known.type, element) };
    const content = element.content.map((part) => ('text' in part ? part.text : this.any(part)));
    return {
      name,
      uri,
      ...(attributes.length > 0 && { attributes: attributes.map((of) => ({ name: of.name, uri: of.uri, value: of.value })) }),
      ...(content.length > 0 && { content }),
    };
  }

  /** The attributes of an element without those that only point to its schema. */
  private attributes(uses: readonly QName[], element: XmlElement): readonly XmlAttribute[] {
    return element.attributes.filter((attribute) => {
      if (attribute.uri === instances && /^(noNamespaceS|s)chemaLocation$/.test(attribute.name)) return false;
      if (attribute.uri === instances) this.fail('unsupported', attribute.at, `xsi:${attribute.name}, which no V2G message has`);
      if (!uses.some((use) => isNamed(use, attribute))) this.fail('unexpected', attribute.at, `${show(attribute)} is no attribute here`);
      return true;
    });
  }

  private textOf(element: XmlElement): string {
    const child = element.content.find((part): part is XmlElement => !('text' in part));
    if (child) this.fail('unexpected', child.at, `${show(child)} in ${show(element)}, which has only text`);
    return (element.content as readonly XmlText[]).map(({ text }) => text).join('');
  }

  private simple({ representation }: Simple<unknown>, text: string, at: number): unknown {
    const word = text.trim();
    const refused = (what: string) => this.fail('bad-value', at, `${JSON.stringify(word.slice(0, 60))} is ${what}`);
    switch (representation.is) {
      case 'string':
        return text;
      case 'boolean':
        return word === 'true' || word === '1' ? true : word === 'false' || word === '0' ? false : refused('neither true nor false');
      case 'enumeration':
        return representation.values.includes(word) ? word : refused(`none of ${representation.values.join(', ')}`);
      case 'integer': {
        const number = /^[+-]?\d{1,16}$/.test(word) ? Number(word) : Number.NaN;
        return Number.isSafeInteger(number) ? number + 0 : refused('no whole number of its type');
      }
      case 'long':
        return /^[+-]?\d{1,1200}$/.test(word) ? String(BigInt(word.replace(/^\+/, ''))) : refused('no whole number of its type');
      case 'binary': {
        const spaceless = word.replaceAll(/\s+/g, '');
        const hex = representation.text === 'base64' ? base64ToHex(spaceless) : /^([0-9A-Fa-f]{2})*$/.test(word) ? word.toUpperCase() : undefined;
        return hex ?? refused(representation.text === 'base64' ? 'not base 64' : 'not whole bytes in hex digits');
      }
    }
  }

  fail(code: XmlErrorCode, at: number, message: string): never {
    throw new XmlError(code, this.text, at, message);
  }
}

/** What of a content model an element is, and whether it may come again in another round of its group. */
function placeOf(particle: Particle, name: QName, repeated: boolean): { readonly term: Term; readonly repeated: boolean } | 'any' | undefined {
  if (particle.kind === 'wildcard') return 'any';
  if (particle.kind === 'term') return isNamed(particle, name) ? { term: particle, repeated } : undefined;
  const places = particle.of.map((of) => placeOf(of, name, repeated || particle.max > 1));
  return places.find((place) => place !== undefined && place !== 'any') ?? places.find((place) => place === 'any');
}

function isNamed(a: QName, b: QName): boolean {
  return a.name === b.name && a.uri === b.uri;
}

function show({ name, uri }: QName): string {
  return uri === '' ? name : `{${uri}}${name}`;
}
