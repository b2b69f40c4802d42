import type { Endpoints, TcpEnd } from '@pilotwire/capture';
import { formatIpv6 } from '@pilotwire/v2gtp';

export function sourceOf({ bytes, source, addressLength, sourcePort: port }: Endpoints): TcpEnd {
  return { address: bytes.subarray(source, source + addressLength), port };
}

export function destinationOf({ bytes, destination, addressLength, destinationPort: port }: Endpoints): TcpEnd {
  return { address: bytes.subarray(destination, destination + addressLength), port };
}

export function formatAddress(address: Uint8Array): string {
  return address.length === 4 ? address.join('.') : formatIpv6(address);
}

export function formatEnd({ address, port }: TcpEnd): string {
  return `${formatAddress(address)}:${port}`;
}

/** Whether an address is valid on one link only (fe80::/10), as those of charging are. */
export function isLinkLocal(address: Uint8Array): boolean {
  return address.length === 16 && address[0] === 0xfe && ((address[1] ?? 0) & 0xc0) === 0x80;
}
