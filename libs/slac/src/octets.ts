export function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}

/** The octets as one big-endian number, plus one. Where they were all ones they begin again at zero. */
export function increment(octets: Uint8Array): Uint8Array {
  const next = octets.slice();
  for (let i = next.length - 1; i >= 0; i--) {
    const sum = (next[i] as number) + 1;
    next[i] = sum;
    if (sum <= 0xff) break;
  }
  return next;
}
