import type { JsonRecord } from '@pilotwire/conversation';

/** One record of a capture, as `decode --json` prints it: a line each. */
export type CaptureRecord = JsonRecord;

export const kinds = ['homeplug', 'sdp', 'v2gtp', 'tls', 'tcp', 'keylog'] as const satisfies readonly CaptureRecord['kind'][];
