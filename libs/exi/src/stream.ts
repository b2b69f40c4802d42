import { BitReader } from './bits.js';
import { type Anomaly, type AnomalyCode, ExiError, type ExiErrorCode } from './errors.js';
import type { QName, Simple } from './schema.js';
import { bitsFor, fixedWidth } from './simple.js';
import { StringTables, type Vocabulary } from './tables.js';
import { readBits, readCharacters, readCount, readSigned, readUnsigned, type Report } from './values.js';

/** Characters that references may stand for in one body: a few bits for a long text must not fill memory. */
const maxReferred = 0x10_0000;

/** The bits of one EXI body, read as names and values, with the place in the message at which each was met. */
export class InputStream implements Report {
  readonly reader: BitReader;
  readonly anomalies: Anomaly[] = [];
  private readonly tables: StringTables;
  private readonly path: string[] = [];
  /** Where the item being read begins; errors point here. */
  private mark = 0;
  /** Characters that references stood for so far. */
  private referred = 0;

  constructor(vocabulary: Vocabulary, bytes: Uint8Array) {
    this.reader = new BitReader(bytes);
    this.tables = new StringTables(vocabulary);
  }

  /** How many elements and attributes enclose what is being read. */
  get depth(): number {
    return this.path.length;
  }

  fail(code: ExiErrorCode, message: string): never {
    throw new ExiError(code, this.mark, this.path.join('/'), message);
  }

  note(code: AnomalyCode, message: string): void {
    this.anomalies.push({ code, byte: this.mark >>> 3, bit: this.mark & 7, path: this.path.join('/'), message });
  }

  /** What is read next begins here. */
  here(): void {
    this.mark = this.reader.position;
  }

  bits(width: number): number {
    this.here();
    return readBits(this.reader, width, this);
  }

  inside<T>(name: string, read: () => T): T {
    this.path.push(name);
    const result = read();
    this.path.pop();
    return result;
  }

  /** A qualified name: its namespace and local name, each new or from the tables (EXI 1.0, section 7.1.7). */
  qName(): QName {
    const { tables } = this;
    const hit = this.bits(tables.uriWidth);
    const uri = hit === 0 ? readCharacters(this.reader, this.count(), this) : tables.uri(hit - 1);
    if (uri === undefined) this.fail('bad-string-table', `namespace ${hit - 1} is not in the table`);
    if (hit === 0) tables.addUri(uri);
    else this.refer(uri);
    const names = tables.localNames(uri);
    const length = this.count();
    if (length > 0) {
      const name = readCharacters(this.reader, length - 1, this);
      names.push(name);
      return { name, uri };
    }
    const name = names[this.bits(bitsFor(names.length))];
    if (name === undefined) return this.fail('bad-string-table', 'a local name that is not in the table');
    this.refer(name);
    return { name, uri };
  }

  /** Counts what was not written out but referred to. */
  refer(text: string): void {
    this.referred += text.length;
    if (this.referred > maxReferred) this.fail('bad-length', `references stand for more than ${maxReferred} characters`);
  }

  private count(): number {
    this.here();
    return readCount(this.reader, this);
  }

  /** Text, or a reference to a text met before. */
  string(owner: QName): string {
    const length = this.count();
    if (length > 1) {
      const text = readCharacters(this.reader, length - 2, this);
      this.tables.addText(owner, text);
      return text;
    }
    const table = length === 0 ? this.tables.localTexts(owner) : this.tables.globalTexts;
    const text = table[this.bits(bitsFor(table.length))];
    if (text === undefined) this.fail('bad-string-table', `a reference into a table of ${table.length} texts`);
    this.refer(text);
    this.note('string-table-hit', `${JSON.stringify(text)} is written as a reference`);
    return text;
  }

  value(type: Simple<unknown>, owner: QName): unknown {
    const { representation } = type;
    switch (representation.is) {
      case 'boolean':
        return this.bits(1) === 1;
      case 'enumeration': {
        const { values } = representation;
        const index = this.bits(bitsFor(values.length));
        return values[index] ?? this.fail('bad-enumeration', `value ${index} of an enumeration of ${values.length}`);
      }
      case 'integer': {
        const { min, max } = representation;
        const width = fixedWidth(representation);
        if (width !== undefined) return this.within(min + this.bits(width), min, max);
        this.here();
        const value = min >= 0 ? readUnsigned(this.reader, this) : readSigned(this.reader, this);
        if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) this.fail('bad-number', `${value}, beyond ${min} to ${max}`);
        return this.within(Number(value), min, max);
      }
      case 'long': {
        const { min, max } = representation;
        this.here();
        const value = min === 0n ? readUnsigned(this.reader, this) : readSigned(this.reader, this);
        if ((min !== undefined && value < min) || (max !== undefined && value > max)) this.note('out-of-range', `${value}`);
        return `${value}`;
      }
      case 'string': {
        const text = this.string(owner);
        return this.sized(text, [...text].length, representation);
      }
      case 'binary': {
        const length = this.count();
        if (length * 8 > this.reader.remaining) this.fail('truncated', `${length} bytes in the last ${this.reader.remaining >>> 3}`);
        let text = '';
        for (let i = 0; i < length; i++) text += hex(readBits(this.reader, 8, this));
        return this.sized(text, length, representation);
      }
    }
  }

  private within(value: number, min: number, max: number): number {
    if (value < min || value > max) this.note('out-of-range', `${value} is not within ${min} to ${max}`);
    return value;
  }

  private sized(text: string, length: number, { minLength, maxLength }: { minLength: number; maxLength: number }): string {
    if (length > maxLength) this.note('too-long', `${length}, where at most ${maxLength} are allowed`);
    if (length < minLength) this.note('too-short', `${length}, where at least ${minLength} are required`);
    return text;
  }
}

export function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
