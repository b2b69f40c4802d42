import { isAddress, withoutSecrets } from '@pilotwire/ocpp-transport';

const hidden = '***';
/** What is never shown. */
const secret = /password|authorizationkey|privatekey|simpin|sharedsecret/i;
/** What identifies a person. */
const tokenNames: ReadonlySet<string> = new Set(['idtag', 'parentidtag', 'idtoken', 'groupidtoken', 'masterpassgroupid', 'additionalinfo']);
const deepest = 32;

/**
 * A payload of OCPP without passwords, keys and what is secret of addresses, and without tokens where `tokens` is false. Configuration keys and variables
 * come as a name beside a value: where the name is secret, the value is hidden.
 */
export function redact(payload: unknown, tokens: boolean, depth = 0): unknown {
  if (depth > deepest) return hidden;
  if (Array.isArray(payload)) return payload.map((one) => redact(one, tokens, depth + 1));
  if (typeof payload === 'string') return withoutSecrets(payload);
  if (typeof payload !== 'object' || payload === null) return payload;
  const names = namesIn(payload);
  const isSecret = names.some((name) => secret.test(name));
  const isToken = !tokens && names.some((name) => tokenNames.has(name.toLowerCase()));
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => {
      // Beside a server, a key is that of a VPN.
      if (secret.test(name) || (name === 'key' && 'server' in payload)) return [name, hidden];
      if (!tokens && tokenNames.has(name.toLowerCase())) return [name, hideToken(value)];
      if ((isSecret || isToken) && /^(attribute)?value$/i.test(name)) return [name, hidden];
      if (isAddress(name) && typeof value === 'string') return [name, withoutSecrets(value, 'address')];
      return [withoutSecrets(name), redact(value, tokens, depth + 1)];
    }),
  );
}

/** `{ key: 'AuthorizationKey', value }` of 1.6, `{ variable: { name: 'BasicAuthPassword' }, attributeValue }` of 2.x. */
function namesIn(payload: object): readonly string[] {
  const { key, variable } = payload as { key?: unknown; variable?: unknown };
  const { name } = (typeof variable === 'object' && variable !== null ? variable : {}) as { name?: unknown };
  return [key, name].filter((one) => typeof one === 'string');
}

/** What kind of token it was may be seen. */
function hideToken(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return hidden;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, name === 'type' ? inner : hidden]));
}
