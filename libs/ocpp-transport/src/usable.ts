import { createSecureContext } from 'node:tls';
import type { Protocol } from '@pilotwire/station';
import type { LineSettings } from './settings.js';

/** What is offered with these settings: without a password there is 1.6 alone. */
export const offeredBy = ({ protocols, securityProfile }: LineSettings): readonly Protocol[] =>
  securityProfile === 0 ? protocols.filter((one) => one === 'ocpp1.6') : protocols;

/** Why these settings cannot be used, in words for whoever wrote them; undefined where they can. */
export function objectionTo(settings: LineSettings): string | undefined {
  const { url, identity, securityProfile, password, certificate, key } = settings;
  let address: URL;
  try {
    address = new URL(url);
  } catch {
    return `the address of the CSMS cannot be read: write ws://HOST/PATH or wss://HOST/PATH`;
  }
  if (address.protocol !== 'ws:' && address.protocol !== 'wss:') return `the address of the CSMS begins with ${address.protocol}: write ws:// or wss://`;
  if (address.username !== '' || address.password !== '') return 'the address of the CSMS has a name or password in it: the password is a setting of its own';
  if (address.search !== '' || address.hash !== '') return 'the address of the CSMS has a ? or # in it: the identity is put behind it';
  if (identity === '' || identity.length > 48 || /[\s/]/.test(identity)) return 'the identity is 1 to 48 characters, without spaces and /';
  if (securityProfile >= 2 && address.protocol === 'ws:') return `security profile ${securityProfile} is TLS: the address has to begin with wss://`;
  if ((securityProfile === 1 || securityProfile === 2) && !password) return `security profile ${securityProfile} needs a password`;
  if (securityProfile === 3 && (!certificate || !key)) return 'security profile 3 needs a certificate of the station and its key';
  if (offeredBy(settings).length === 0) return securityProfile === 0 ? 'security profile 0 is for ocpp1.6 only' : 'no protocol is allowed';
  return pemObjection(settings);
}

/** OpenSSL's messages say what it missed, and nothing of what it read. */
function pemObjection({ ca, certificate: cert, key }: LineSettings): string | undefined {
  // Without any, each of many stations would gather the roots that come with Node, to no end.
  if (ca === undefined && cert === undefined && key === undefined) return undefined;
  try {
    createSecureContext({ ca, cert, key });
    return undefined;
  } catch (error) {
    return `the certificates cannot be used: ${(error as Error).message.slice(0, 200)}`;
  }
}
