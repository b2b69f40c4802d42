import type { V2gMessage } from '@pilotwire/v2g-session';

/** What a message is called: `CurrentDemandReq`, `supportedAppProtocolRes`. */
export function messageName(message: V2gMessage): string {
  for (const name in 'V2G_Message' in message ? message.V2G_Message.Body : message) return name;
  return 'empty';
}
