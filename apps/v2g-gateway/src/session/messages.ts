import type { EvccOutput, SeccOutput, V2gMessage } from '@pilotwire/v2g-session';
import type { Happening } from './happening.js';

/** What a message is called: `CurrentDemandReq`, `supportedAppProtocolRes`. */
export function messageName(message: V2gMessage): string {
  for (const name in 'V2G_Message' in message ? message.V2G_Message.Body : message) return name;
  return 'empty';
}

/** A warning of a session, as it is told. */
export function warningOf({ what, detail: said, anomalies }: Warned): Extract<Happening, { readonly kind: 'warning' }> {
  const detail = said ?? anomalies?.map(({ code }) => code).join(' ');
  return { kind: 'warning', what, ...(detail !== undefined && { detail }) };
}

type Warned = Extract<SeccOutput | EvccOutput, { readonly kind: 'warning' }>;
