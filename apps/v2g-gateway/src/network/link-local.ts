import { formatIpv6 } from '@pilotwire/v2gtp';

/** The link-local address of a network interface, and its number; or why there is none to be used. */
export type LinkLocal =
  | { readonly state: 'up'; readonly address: string; readonly index: number }
  | { readonly state: 'down'; readonly why: string };

/** Of `linux/if_addr.h`: another device has the address; nobody knows yet whether one has. */
const [duplicate, tentative] = [0x08, 0x40];
/** The scope of a row: `link`. */
const linkScope = 0x20;

/**
 * Looks in the kernel's table of IPv6 addresses, `/proc/net/if_inet6`: address, index, prefix length, scope and flags in
 * hexadecimal, and the interface's name. An address that is checked for duplicates (RFC 4862, 5.4) cannot be used yet.
 */
export function linkLocalIn(table: string, name: string): LinkLocal {
  const rows = table.split('\n').flatMap((line) => {
    const [hex = '', index = '', , scope = '', flags = '', of] = line.trim().split(/\s+/);
    return of === name && parseInt(scope, 16) === linkScope && /^fe[89ab][0-9a-f]{29}$/.test(hex) ? [{ address: addressOf(hex), index: parseInt(index, 16), flags: parseInt(flags, 16) }] : [];
  });
  const usable = rows.find(({ flags }) => (flags & (duplicate | tentative)) === 0);
  if (usable !== undefined) return { state: 'up', address: usable.address, index: usable.index };
  const taken = rows.find(({ flags }) => (flags & duplicate) !== 0);
  if (taken !== undefined) return { state: 'down', why: `${name}: another device on the line has its link-local address, ${taken.address}` };
  if (rows.length > 0) return { state: 'down', why: `${name}: its link-local address is not in use yet: the kernel looks whether another device has it, which needs a carrier` };
  return { state: 'down', why: `${name}: no link-local IPv6 address: is the interface there, and switched on, with IPv6? See ip -6 address show dev ${name}` };
}

const addressOf = (hex: string): string => formatIpv6(Uint8Array.from(hex.match(/../g) ?? [], (octet) => parseInt(octet, 16)));

/** Whether an address is one of a link: fe80::/10. */
export const isLinkLocal = (ip: string): boolean => /^fe[89ab][0-9a-f]:/i.test(ip);
