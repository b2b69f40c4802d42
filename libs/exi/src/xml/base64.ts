const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes as hex digits to base 64 (RFC 4648, section 4). */
export function hexToBase64(hex: string): string {
  let text = '';
  for (let at = 0; at < hex.length; at += 6) {
    const digits = hex.slice(at, at + 6);
    const bits = Number.parseInt(digits.padEnd(6, '0'), 16);
    const used = Math.ceil((digits.length * 4) / 6);
    for (let i = 0; i < 4; i++) text += i < used ? alphabet[(bits >> (18 - 6 * i)) & 63] : '=';
  }
  return text;
}

/** Base 64 without spaces to upper-case hex digits; undefined where it is none. */
export function base64ToHex(text: string): string | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  let hex = '';
  for (let at = 0; at < text.length; at += 4) {
    const characters = text.slice(at, at + 4).replace(/=+$/, '');
    const bits = [...characters.padEnd(4, 'A')].reduce((sum, character) => sum * 64 + alphabet.indexOf(character), 0);
    const bytes = characters.length - 1;
    hex += bits.toString(16).padStart(6, '0').slice(0, 2 * bytes);
  }
  return hex.toUpperCase();
}
