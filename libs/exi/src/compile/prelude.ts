/**
 * What compiled code shares: a scratch buffer that messages are copied to, one that they are written in, the position in
 * either, and the values that are not fixed fields. Reading on past a message's end finds old bytes there, never a fault: `decode`
 * compares the position with the end when all is read. One copy for each compiled schema, so that its engine sees one
 * kind of caller only.
 */
export const prelude = `const capacity = 65536;
const scratch = new Uint8Array(capacity + 16384);
const view = new DataView(scratch.buffer);
const written = new Uint8Array(capacity);
const out = new DataView(written.buffer);
const digits = new Uint8Array(16);
for (let i = 0; i < 16; i++) digits[i] = i.toString(16).toUpperCase().charCodeAt(0);
const nibbles = new Int8Array(128).fill(-1);
for (let i = 0; i < 16; i++) nibbles[i.toString(16).charCodeAt(0)] = nibbles[i.toString(16).toUpperCase().charCodeAt(0)] = i;
const noCompiledCode = { reason: 'this message is for the grammars' };
let q = 0;
let end = 0;

function giveUp() {
  throw noCompiledCode;
}
function atMost(value, max) {
  return value > max ? giveUp() : value;
}
function nextByte() {
  const byte = view.getUint16(q >>> 3) << 16 << (q & 7) >>> 24;
  q += 8;
  return byte;
}
function readSeptets() {
  let value = 0;
  for (let scale = 1, count = 1; count <= 7; scale *= 128, count++) {
    const byte = nextByte();
    value += (byte & 127) * scale;
    if (byte < 128) return byte === 0 && count > 1 ? giveUp() : value;
  }
  return giveUp();
}
// Times and meter readings: seven septets still fit a number exactly.
function readUnsignedLong() {
  const start = q;
  let sum = 0;
  for (let scale = 1, count = 1; count <= 7; scale *= 128, count++) {
    const byte = nextByte();
    sum += (byte & 127) * scale;
    if (byte < 128) return byte === 0 && count > 1 ? giveUp() : String(sum);
  }
  q = start;
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = nextByte();
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return (byte === 0 && shift > 0n) || value >= 0x10000000000000000n ? giveUp() : String(value);
  }
  return giveUp();
}
function readLong() {
  const negative = view.getUint8(q >>> 3) << (q & 7) & 128;
  q += 1;
  const magnitude = BigInt(readUnsignedLong());
  if (magnitude > 0x7fffffffffffffffn) giveUp();
  return String(negative ? ~magnitude : magnitude);
}
function readString(minLength, maxLength) {
  const length = readSeptets() - 2;
  if (length < minLength || length < 0 || length > maxLength || q + 8 * length > end) giveUp();
  let text = '';
  for (let i = 0; i < length; i++) {
    const code = nextByte();
    if (code > 127) giveUp();
    text += String.fromCharCode(code);
  }
  return text;
}
function readBytes(minLength, maxLength) {
  const length = readSeptets();
  if (length < minLength || length > maxLength || q + 8 * length > end) giveUp();
  if (length === 8) {
    const a = next32(), b = next32();
    return String.fromCharCode(
      digits[a >>> 28], digits[a >>> 24 & 15], digits[a >>> 20 & 15], digits[a >>> 16 & 15],
      digits[a >>> 12 & 15], digits[a >>> 8 & 15], digits[a >>> 4 & 15], digits[a & 15],
      digits[b >>> 28], digits[b >>> 24 & 15], digits[b >>> 20 & 15], digits[b >>> 16 & 15],
      digits[b >>> 12 & 15], digits[b >>> 8 & 15], digits[b >>> 4 & 15], digits[b & 15],
    );
  }
  let text = '';
  for (let i = 0; i < length; i++) {
    const byte = nextByte();
    text += String.fromCharCode(digits[byte >>> 4], digits[byte & 15]);
  }
  return text;
}
function next32() {
  const at = q >>> 3, bit = q & 7;
  q += 32;
  return view.getUint32(at) << bit | view.getUint8(at + 4) >>> 8 - bit;
}
export function decode(bytes) {
  const length = bytes.length;
  if (length < 2 || length > capacity) return undefined;
  scratch.set(bytes, 0);
  end = 8 * length;
  try {
    const value = readDocument();
    const spare = end - q;
    if (spare < 0 || spare > 7 || (scratch[length - 1] & (1 << spare) - 1) !== 0) return undefined;
    return value;
  } catch (error) {
    if (error === noCompiledCode) return undefined;
    throw error;
  }
}

function putByte(byte) {
  out.setUint16(q >>> 3, out.getUint8(q >>> 3) << 8 | byte << 8 >>> (q & 7));
  q += 8;
}
function writeSeptets(value) {
  let rest = value;
  while (rest > 127) {
    putByte(rest & 127 | 128);
    rest >>>= 7;
  }
  putByte(rest);
}
function writeUnsignedLong(text) {
  if (typeof text !== 'string' || !/^\\d{1,20}$/.test(text)) giveUp();
  if (text.length <= 15) {
    let number = Number(text);
    for (; number > 127; number = Math.floor(number / 128)) putByte(number % 128 | 128);
    return putByte(number);
  }
  let rest = BigInt(text);
  if (rest >= 0x10000000000000000n) giveUp();
  while (rest > 127n) {
    putByte(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  putByte(Number(rest));
}
function writeLong(text) {
  if (typeof text !== 'string' || !/^-?\\d{1,19}$/.test(text)) giveUp();
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) !== value) giveUp();
  out.setUint16(q >>> 3, out.getUint8(q >>> 3) << 8 | (value < 0n ? 0x8000 : 0) >>> (q & 7));
  q += 1;
  writeUnsignedLong(String(value < 0n ? ~value : value));
}
function writeString(text, minLength, maxLength) {
  if (typeof text !== 'string' || text.length < minLength || text.length > maxLength) giveUp();
  writeSeptets(text.length + 2);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) giveUp();
    putByte(code);
  }
}
function byteAt(text, i) {
  const high = text.charCodeAt(i), low = text.charCodeAt(i + 1);
  const value = high > 127 || low > 127 ? -1 : nibbles[high] << 4 | nibbles[low];
  return value < 0 ? giveUp() : value;
}
function put32(value) {
  const at = q >>> 3, bit = q & 7;
  out.setUint32(at, out.getUint8(at) << 24 | value >>> bit);
  out.setUint8(at + 4, value << 8 - bit);
  q += 32;
}
// The next message is written into zeros again.
function clear() {
  for (let at = q >>> 3; at >= 0; at -= 4) out.setUint32(at, 0);
  out.setUint32(0, 0);
}
function writeBytes(text, minLength, maxLength) {
  if (typeof text !== 'string') giveUp();
  const length = text.length / 2;
  if (length < minLength || length > maxLength || (text.length & 1) !== 0) giveUp();
  writeSeptets(length);
  if (length === 8) {
    put32(byteAt(text, 0) << 24 | byteAt(text, 2) << 16 | byteAt(text, 4) << 8 | byteAt(text, 6));
    put32(byteAt(text, 8) << 24 | byteAt(text, 10) << 16 | byteAt(text, 12) << 8 | byteAt(text, 14));
    return;
  }
  for (let i = 0; i < text.length; i += 2) putByte(byteAt(text, i));
}
export function encodeInto(message, target, at) {
  try {
    writeDocument(message);
    const length = q + 7 >>> 3;
    if (at + length > target.length) giveUp();
    for (let i = 0; i < length; i++) target[at + i] = written[i];
    clear();
    return length;
  } catch {
    written.fill(0);
    return undefined;
  }
}
export function encode(message) {
  try {
    writeDocument(message);
    const bytes = written.slice(0, q + 7 >>> 3);
    clear();
    return bytes;
  } catch {
    // Not a value of the schema, or not one for this code: the grammars say which.
    written.fill(0);
    return undefined;
  }
}
`;
