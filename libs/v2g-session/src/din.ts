import type { AppMessage, DinMessage } from '@pilotwire/v2g-messages';

export type DinBody = DinMessage['V2G_Message']['Body'];
type MemberOf<T> = T extends unknown ? { [K in keyof T]-?: T[K] extends undefined ? never : K }[keyof T] : never;
export type DinName = Exclude<MemberOf<DinBody>, 'BodyElement'>;
type BodyWith<N extends string> = Extract<DinBody, { readonly [K in N]: unknown }>;
/** The content of the DIN message of a name. */
export type Din<N extends DinName> = BodyWith<N>[N & keyof BodyWith<N>];
export type DinRequestName = Extract<DinName, `${string}Req`>;
export type DinResponseName = Extract<DinName, `${string}Res`>;

export type V2gMessage = AppMessage | DinMessage;

/** The name of the message in a body; undefined where the body is empty, or holds only the abstract element. */
export function nameOf(body: DinBody): DinName | undefined {
  for (const name in body) return name === 'BodyElement' ? undefined : (name as DinName);
  return undefined;
}

export const isRequest = (name: DinName): name is DinRequestName => name.endsWith('Req');

/** A message under the header that DIN SPEC 70121 gives it: the session id alone. */
export const dinMessage = (SessionID: string, Body: DinBody): DinMessage => ({
  V2G_Message: { Header: { SessionID }, Body },
});

export type ResponseCode = Din<'SessionStopRes'>['ResponseCode'];
export type DcEvseStatus = Din<'CableCheckRes'>['DC_EVSEStatus'];
export type DcEvStatus = Din<'CableCheckReq'>['DC_EVStatus'];
export type StatusCode = DcEvseStatus['EVSEStatusCode'];
export type IsolationLevel = NonNullable<DcEvseStatus['EVSEIsolationStatus']>;

export const failed = (code: ResponseCode): boolean => code.startsWith('FAILED');
