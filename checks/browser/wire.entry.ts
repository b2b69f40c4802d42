import { fromHex, toHex } from '@pilotwire/wire';

/** What the test reads from the page. */
export const result = toHex(fromHex('01FE8001') ?? new Uint8Array());
