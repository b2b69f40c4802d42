import { Cursor } from './cursor.js';

/** Tags of DER that lead to the subject of an X.509 certificate. */
const tag = { sequence: 0x30, version: 0xa0, objectId: 0x06 } as const;

/** id-at-commonName, 2.5.4.3 */
const commonName = '85,4,3';

/** The common name of the subject of an X.509 certificate (DER); undefined where it has none. Throws `TlsError`. */
export function subjectName(der: Uint8Array): string | undefined {
  const certificate = open(new Cursor(der), tag.sequence);
  const signed = open(certificate, tag.sequence);
  let field = element(signed);
  if (field.tag === tag.version) field = element(signed); // field: the serial number
  for (let i = 0; i < 4; i++) field = element(signed); // signature algorithm, issuer, validity, subject
  const subject = new Cursor(field.content);
  while (subject.left > 0) {
    const set = new Cursor(element(subject).content);
    while (set.left > 0) {
      const attribute = open(set, tag.sequence);
      const type = element(attribute);
      const value = element(attribute);
      if (type.tag === tag.objectId && type.content.join() === commonName) return printable(value.content);
    }
  }
  return undefined;
}

function open(cursor: Cursor, expected: number): Cursor {
  const { tag: found, content } = element(cursor);
  return new Cursor(found === expected ? content : new Uint8Array(0));
}

function element(cursor: Cursor): { readonly tag: number; readonly content: Uint8Array } {
  const found = cursor.u8();
  const first = cursor.u8();
  if (first < 0x80) return { tag: found, content: cursor.take(first) };
  let length = 0;
  for (let i = first & 0x7f; i > 0; i--) length = length * 256 + cursor.u8();
  return { tag: found, content: cursor.take(length) };
}

/** The printable part of a string of any of the types that names have; other bytes as dots. */
function printable(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
  return text;
}
