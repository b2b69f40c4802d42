import type { AnyElement } from '../declare.js';
import { ExiError, type ExiErrorCode } from '../errors.js';
import { itemsOf, type Members } from '../items.js';
import type { Complex, QName, Simple, Type } from '../schema.js';
import type { SchemaSet } from '../schema-set.js';
import { hexToBase64 } from './base64.js';
import { notInXml } from './parse.js';

export interface XmlOptions {
  /** Each element on a line of its own, indented by two spaces; else everything on one line. */
  readonly pretty?: boolean;
}

/**
 * A message, such as a codec decodes it, as an XML document with the schema's namespaces. Values out of bounds are shown
 * as they are; what is no value of the schema throws `ExiError` (without a position in bits).
 */
export function toXml(set: SchemaSet, value: unknown, { pretty = false }: XmlOptions = {}): string {
  return new Writing(set, pretty).document(value);
}

class Writing {
  private readonly set: SchemaSet;
  private readonly pretty: boolean;
  private readonly prefixes = new Map<string, string>();
  private readonly path: string[] = [];

  constructor(set: SchemaSet, pretty: boolean) {
    this.set = set;
    this.pretty = pretty;
  }

  document(value: unknown): string {
    const members = this.members(value);
    const [name = '', ...others] = Object.keys(members).filter((key) => members[key] !== undefined);
    const root = this.set.messages.find((element) => element.name === name);
    if (!root || others.length > 0) this.fail('unexpected', `no message of the ${this.set.name} schema`);
    const tag = this.qualified(root);
    const text = this.element(root, root.type, members[name], '');
    // The namespaces met inside are all declared at the document element.
    const declared = [...this.prefixes].map(([uri, prefix]) => ` xmlns:${prefix}="${this.escaped(uri, true)}"`);
    const document = `<${tag}${declared.join('')}${text.slice(tag.length + 1)}`;
    return this.pretty ? `<?xml version="1.0" encoding="UTF-8"?>\n${document}\n` : document;
  }

  private element(name: QName, type: Type<unknown>, value: unknown, indent: string): string {
    this.qualified(name); // so that namespaces are declared in the order in which they are met
    this.path.push(name.name);
    const written = type.kind === 'simple' ? this.tagged(name, '', this.simple(type, value)) : this.complex(name, type, this.members(value), indent);
    this.path.pop();
    return written;
  }

  private complex(name: QName, type: Complex<unknown>, members: Members, indent: string): string {
    const { items, known } = itemsOf(type, members);
    const stranger = Object.keys(members).find((key) => !known.has(key) && members[key] !== undefined);
    if (stranger !== undefined) this.fail('unexpected', `${stranger} is no member here`);
    let attributes = '';
    const children: string[] = [];
    // Spaces would be text where text is: such content stays on its line.
    const inline = !this.pretty || items.some(({ item }) => item === 'text');
    const inner = inline ? '' : `${indent}  `;
    for (const item of items) {
      if (item.item === 'attribute') attributes += ` ${this.qualified(item.name)}="${this.escaped(this.lexical(item.type, item.value), true)}"`;
      else if (item.item === 'text') children.push(this.mixedText(item.value));
      else if (item.item === 'any') children.push(this.any(item.value));
      else children.push(this.element(item.name, item.type, item.value, inner));
    }
    if (type.content.kind === 'simple') return this.tagged(name, attributes, this.simple(type.content, members['CONTENT']));
    if (inline || children.length === 0) return this.tagged(name, attributes, children.join(''));
    return this.tagged(name, attributes, `${children.map((child) => `\n${inner}${child}`).join('')}\n${indent}`);
  }

  private any({ name, uri, attributes = [], content = [], value }: AnyElement): string {
    const known = value === undefined ? undefined : this.set.roots.find((root) => root.name === name && root.uri === uri);
    if (known) return this.element(known, known.type, value, '');
    const written = attributes.map((attribute) => ` ${this.qualified(attribute)}="${this.escaped(attribute.value, true)}"`).join('');
    const inside = content.map((of) => (typeof of === 'string' ? this.escaped(of, false) : this.any(of))).join('');
    return this.tagged({ name, uri }, written, inside);
  }

  private tagged(name: QName, attributes: string, content: string): string {
    const tag = this.qualified(name);
    return content === '' ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${content}</${tag}>`;
  }

  private simple(type: Simple<unknown>, value: unknown): string {
    return this.escaped(this.lexical(type, value), false);
  }

  private lexical({ representation }: Simple<unknown>, value: unknown): string {
    const expected = representation.is === 'integer' ? 'number' : representation.is === 'boolean' ? 'boolean' : 'string';
    if (typeof value !== expected) return this.fail('wrong-type', `a ${expected} is required`);
    const text = String(value);
    return representation.is === 'binary' && representation.text === 'base64' ? hexToBase64(text) : text;
  }

  /** Text of nothing but spaces is told from spaces for the eye by a reference to its first character. */
  private mixedText(value: unknown): string {
    const text = typeof value === 'string' ? value : this.fail('wrong-type', 'a string is required');
    return /^\s+$/.test(text) ? `&#${text.charCodeAt(0)};${this.escaped(text.slice(1), false)}` : this.escaped(text, false);
  }

  /** Control characters, which a terminal might obey, are written by reference as well. */
  private escaped(text: string, attribute: boolean): string {
    if (notInXml.test(text)) this.fail('unsupported', 'a text with characters that XML does not have');
    const special = attribute ? /[&<>"\t\n\r\u007F-\u009F\u2028\u2029]/g : /[&<>\r\u007F-\u009F\u2028\u2029]/g;
    return text.replaceAll(special, (character) => escapes[character] ?? `&#${character.charCodeAt(0)};`);
  }

  private qualified({ name, uri }: QName): string {
    if (uri === '') return name;
    let prefix = this.prefixes.get(uri);
    if (prefix === undefined) {
      prefix = this.newPrefix(uri);
      this.prefixes.set(uri, prefix);
    }
    return `${prefix}:${name}`;
  }

  /** The last word of a namespace; `xml` cannot begin a prefix, so that XML Signature's is `dsig`. */
  private newPrefix(uri: string): string {
    const word = (/[A-Za-z_][\w-]*(?=\W*$)/.exec(uri)?.[0] ?? 'ns').replace(/^xml/i, '') || 'ns';
    const taken = new Set(this.prefixes.values());
    for (let prefix = word, count = 2; ; prefix = `${word}${count++}`) if (!taken.has(prefix)) return prefix;
  }

  private members(value: unknown): Members {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.fail('wrong-type', 'an object is required');
    return value as Members;
  }

  private fail(code: ExiErrorCode, message: string): never {
    throw new ExiError(code, 0, this.path.join('/'), message);
  }
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
