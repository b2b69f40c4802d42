import type { Json, JsonObject, Protocol } from '@pilotwire/station';

/** A frame of OCPP-J as it came. */
export type Incoming =
  | { readonly kind: 'call'; readonly id: string; readonly action: string; readonly payload: Json }
  | { readonly kind: 'result'; readonly id: string; readonly payload: Json }
  | { readonly kind: 'error'; readonly id: string; readonly code: string; readonly description: string }
  /** What cannot be taken, and the CALLERROR that it has, if any. */
  | { readonly kind: 'bad'; readonly why: string; readonly answer: CallError | undefined };
export interface CallError {
  readonly id: string;
  readonly code: string;
  readonly description: string;
}

/** The longest frame that is read, in UTF-16 code units. The longest that is meant is a local list of a few thousand tokens. */
export const longestFrame = 1_048_576;
/** The deepest that a payload may be nested; the standard's go to eight. */
const deepest = 32;
/** Ids have 36 characters at most (OCPP-J 2.0.1, 4.1.4); some CSMSs have longer ones, and nothing is lost by them. */
const longestId = 255;
const longestText = 255;

/** The id of a frame that cannot be read as a whole, or is too long to be. */
const beginning = /^\s*\[\s*2\s*,\s*"([\w.:@/+={}-]{1,255})"/;

/** An answer is never answered, whole or not. */
const answerBeginning = /^\s*\[\s*[34]\s*,/;

/**
 * Reads a frame; never throws. What is wrong is answered as OCPP-J of the version has it: 2.x with an id of "-1" where none
 * can be read (4.2.3), 1.6 not at all then, and there a message type that it does not know is passed over (4.1.3).
 */
export function readFrame(text: string, protocol: Protocol): Incoming {
  if (text.length > longestFrame) return bad(protocol, 'format', idIn(text), `longer than ${longestFrame} characters`);
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return answerBeginning.test(text) ? silent('an answer that is not JSON') : bad(protocol, 'framework', idIn(text), 'not JSON');
  }
  if (!Array.isArray(frame)) return bad(protocol, 'framework', undefined, 'not an array');
  const [type, id, ...rest] = frame as Json[];
  if (typeof type !== 'number') return bad(protocol, 'framework', asId(id), 'the message type is not a number');
  if (typeof id !== 'string' || id.length === 0 || id.length > longestId) {
    return type === 2 ? bad(protocol, 'framework', undefined, 'the message id cannot be read') : silent('an answer without a readable id');
  }
  switch (type) {
    case 2: {
      const [action, payload] = rest;
      if (typeof action !== 'string') return bad(protocol, 'framework', id, 'the action is not a text');
      if (payload === undefined) return bad(protocol, 'format', id, 'there is no payload');
      if (isTooDeep(payload, deepest)) return bad(protocol, 'format', id, `nested deeper than ${deepest}`);
      return { kind: 'call', id, action, payload };
    }
    case 3: {
      const [payload] = rest;
      // An answer that cannot be taken is an answer all the same, so that nobody waits for it.
      return payload === undefined || isTooDeep(payload, deepest)
        ? { kind: 'error', id, code: 'FormatViolation', description: 'the CSMS sent an answer that cannot be read' }
        : { kind: 'result', id, payload };
    }
    case 4: {
      const [code, description] = rest;
      return { kind: 'error', id, code: asText(code) || 'GenericError', description: asText(description) };
    }
    // CALLRESULTERROR and SEND of 2.1 are never answered.
    case 5:
    case 6:
      if (protocol === 'ocpp2.1') return silent(`messages of type ${type} are not read here`);
      return bad(protocol, 'type', id, `no messages of type ${type}`);
    default:
      return bad(protocol, 'type', id, `no messages of type ${type}`);
  }
}

export const writeCall = (id: string, action: string, payload: JsonObject): Json => [2, id, action, payload];
export const writeResult = (id: string, result: JsonObject): Json => [3, id, result];
export const writeError = ({ id, code, description }: CallError): Json => [4, id, code, description.slice(0, longestText), {}];

type Fault = 'framework' | 'format' | 'type';
/** 1.6 knows neither RpcFrameworkError nor MessageTypeNotSupported. */
const codes: Readonly<Record<'1.6' | '2.x', Readonly<Record<Fault, string | undefined>>>> = {
  '1.6': { framework: 'FormationViolation', format: 'FormationViolation', type: undefined },
  '2.x': { framework: 'RpcFrameworkError', format: 'FormatViolation', type: 'MessageTypeNotSupported' },
};

function bad(protocol: Protocol, fault: Fault, known: string | undefined, why: string): Incoming {
  const code = codes[protocol === 'ocpp1.6' ? '1.6' : '2.x'][fault];
  const id = known ?? (protocol === 'ocpp1.6' ? undefined : '-1');
  return { kind: 'bad', why, answer: code === undefined || id === undefined ? undefined : { id, code, description: why } };
}
const silent = (why: string): Incoming => ({ kind: 'bad', why, answer: undefined });

const idIn = (text: string): string | undefined => beginning.exec(text.slice(0, 300))?.[1];
const asId = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value.length > 0 && value.length <= longestId ? value : undefined;
const asText = (value: Json | undefined): string => (typeof value === 'string' ? value.slice(0, longestText) : '');

const isTooDeep = (value: Json, left: number): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  for (const member of Object.values(value)) if (isTooDeep(member as Json, left - 1)) return true;
  return false;
};
