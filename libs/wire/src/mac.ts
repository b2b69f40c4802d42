/** ':' and two lower-case digits for each byte value. */
const octets: readonly string[] = Array.from({ length: 256 }, (_, byte) => `:${byte.toString(16).padStart(2, '0')}`);

/** Six octets as `00:b0:52:00:00:01`. The caller has checked that six octets are there. */
export function formatMac(bytes: Uint8Array, at = 0): string {
  let text = '';
  for (let i = at; i < at + 6; i++) text += octets[bytes[i] as number];
  return text.slice(1);
}

/** The six octets of a MAC address written with colons, in either case; undefined for anything else. */
export function parseMac(text: string): Uint8Array | undefined {
  if (!/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/.test(text)) return undefined;
  const bytes = new Uint8Array(6);
  for (let i = 0; i < 6; i++) bytes[i] = Number.parseInt(text.slice(3 * i, 3 * i + 2), 16);
  return bytes;
}
