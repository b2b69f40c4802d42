import { isIPv4, isIPv6 } from 'node:net';
import { formatIpv6, parseIpv6 } from '@pilotwire/v2gtp';

/** `::ffff:0:0/96`: an IPv4 address in an IPv6 one (RFC 4291, 2.5.5.2). */
const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff] as const;

/** An address of ours as SDP tells it; undefined for what is none, or none that a car could connect to. */
export function toSdp(host: string): string | undefined {
  if (isIPv4(host)) return host === '0.0.0.0' ? undefined : formatIpv6(Uint8Array.of(...mapped, ...host.split('.').map(Number)));
  const octets = isIPv6(host) ? parseIpv6(host) : undefined;
  return octets === undefined || octets.every((octet) => octet === 0) ? undefined : formatIpv6(octets);
}

/** The address to connect to, of what SDP told. */
export function fromSdp(ip: string): string {
  const octets = parseIpv6(ip);
  if (octets === undefined || !mapped.every((octet, i) => octets[i] === octet)) return ip;
  return octets.slice(12).join('.');
}
