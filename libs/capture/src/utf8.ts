/** Text from UTF-8. What is no UTF-8 becomes U+FFFD, a byte at a time. */
export function fromUtf8(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const [point, length] = codePoint(bytes, at);
    text += String.fromCodePoint(point);
    at += length;
  }
  return text;
}

const unreadable = [0xfffd, 1] as const;

function codePoint(bytes: Uint8Array, at: number): readonly [point: number, length: number] {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return [first, 1];
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return unreadable;
  let point = first & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i] ?? 0;
    if ((next & 0xc0) !== 0x80) return unreadable;
    point = (point << 6) | (next & 0x3f);
  }
  const smallest = length === 4 ? 0x1_0000 : length === 3 ? 0x800 : 0x80;
  const surrogate = point >= 0xd800 && point <= 0xdfff;
  return point < smallest || point > 0x10_ffff || surrogate ? unreadable : [point, length];
}
