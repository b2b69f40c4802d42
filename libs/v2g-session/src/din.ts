import type {
  AppMessage,
  DC_EVSEStatus,
  DinBody,
  DinMessage,
  DinMessageName,
  ResponseCode,
} from '@pilotwire/v2g-messages';

export type DinRequestName = Extract<DinMessageName, `${string}Req`>;

export type V2gMessage = AppMessage | DinMessage;

/** The name of the message in a body; undefined where the body is empty, or holds only the abstract element. */
export function nameOf(body: DinBody): DinMessageName | undefined {
  for (const name in body) return name === 'BodyElement' ? undefined : (name as DinMessageName);
  return undefined;
}

export const isRequest = (name: DinMessageName): name is DinRequestName => name.endsWith('Req');

/** A message under the header that DIN SPEC 70121 gives it: the session id alone. */
export const dinMessage = (SessionID: string, Body: DinBody): DinMessage => ({
  V2G_Message: { Header: { SessionID }, Body },
});

export type StatusCode = DC_EVSEStatus['EVSEStatusCode'];
export type IsolationLevel = NonNullable<DC_EVSEStatus['EVSEIsolationStatus']>;

export const failed = (code: ResponseCode): boolean => code.startsWith('FAILED');
