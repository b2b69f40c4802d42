import type { Json, JsonObject } from '@pilotwire/station';
import { isAddress, withoutSecrets } from './addresses.js';

/** What stands in the place of what is left out. */
const hidden = '***';
/** Deeper than any payload that is read; what is below is left out. */
const deepest = 40;

/** Members whose value is a secret, wherever they are: network profiles of 2.x, and their like. In lower case. */
const secretMembers = new Set(['basicauthpassword', 'apnpassword', 'simpin', 'password', 'key', 'sharedsecret']);
/** Configuration keys and variables that hold one (1.6 security whitepaper 2.2; 2.0.1 SecurityCtrlr). */
const secretNames = /authorizationkey|basicauthpassword|password/i;
/** Members that hold tokens. */
const tokenMembers = new Set(['idtag', 'parentidtag', 'idtoken', 'groupidtoken', 'additionalidtoken']);

/** A copy of a frame that can be shown: secrets are left out, and tokens where that is asked for. */
export function redact(value: Json, hideTokens: boolean, left = deepest): Json {
  if (typeof value === 'string') return withoutSecrets(value);
  if (typeof value !== 'object' || value === null) return value;
  if (left === 0) return hidden;
  if (Array.isArray(value)) return value.map((one: Json) => redact(one, hideTokens, left - 1));
  const given = value as JsonObject;
  const secret = holdsSecret(given);
  const copy: Record<string, Json | undefined> = {};
  for (const [name, member] of Object.entries(given)) {
    const lower = name.toLowerCase();
    const leave = member !== undefined && (
      (secret && (lower === 'value' || lower === 'attributevalue'))
      // `key` of 1.6 names a configuration key, or is a list of their names; beside a `type` it is of a VPN.
      || (secretMembers.has(lower) && typeof member === 'string' && (lower !== 'key' || 'server' in given))
      || (hideTokens && tokenMembers.has(lower) && typeof member === 'string')
    );
    if (isAddress(name) && typeof member === 'string') copy[name] = withoutSecrets(member, 'address');
    else copy[name] = leave ? hidden : member === undefined ? undefined : redact(member, hideTokens, left - 1);
  }
  return copy;
}

/** `{ key, value }` of 1.6; `{ component, variable, attributeValue }` of 2.x. */
function holdsSecret({ key, variable }: JsonObject): boolean {
  if (typeof key === 'string' && secretNames.test(key)) return true;
  if (typeof variable !== 'object' || variable === null || Array.isArray(variable)) return false;
  const { name } = variable as JsonObject;
  return typeof name === 'string' && secretNames.test(name);
}
