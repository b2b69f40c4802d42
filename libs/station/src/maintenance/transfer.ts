import type { Json } from '../model/values.js';
import type { Turn } from '../turn.js';

/** DataTransfer from the CSMS: told to whoever here understands the vendor, and refused by name where nobody does. */
export function dataTransfer(turn: Turn, vendorId: string, messageId: string | undefined, data: Json | undefined): 'Accepted' | 'UnknownVendorId' | 'UnknownMessageId' {
  const vendor = turn.state.configuration.dataTransfer?.find((one) => one.vendorId === vendorId);
  if (vendor === undefined) return 'UnknownVendorId';
  if (vendor.messageIds !== undefined && (messageId === undefined || !vendor.messageIds.includes(messageId))) return 'UnknownMessageId';
  turn.tell({ what: 'data-transfer', vendorId, ...(messageId !== undefined && { messageId }), ...(data !== undefined && { data }) });
  return 'Accepted';
}
