import { linkType, pcapngHeader, pcapngPacket } from '@pilotwire/capture';
import type { Instant } from '@pilotwire/machine';

/** Where virtual time begins for whoever reads the file: 2026-01-01 UTC, the same for each run. */
const epoch = 1_767_225_600;

/** A pcapng file in pieces: first the header, then a piece for each frame. */
export const recordingHeader = (): Uint8Array => pcapngHeader([{ linkType: linkType.ethernet, name: 'plc' }]);

/** A frame as it was sent at an instant of virtual time. */
export function recordedFrame(frame: Uint8Array, at: Instant): Uint8Array {
  const whole = Math.floor(at / 1_000);
  const nanos = Math.min(999_999_999, Math.round((at - 1_000 * whole) * 1e6));
  return pcapngPacket({ time: { seconds: epoch + whole, nanos }, bytes: frame });
}
