import type { AppMessage } from '@pilotwire/v2g-messages';

type AppProtocolReq = NonNullable<AppMessage['supportedAppProtocolReq']>;
type AppProtocolRes = NonNullable<AppMessage['supportedAppProtocolRes']>;
export type AppProtocol = AppProtocolReq['AppProtocol'][number];

export const DIN_NAMESPACE = 'urn:din:70121:2012:MsgDef';
/** The version of DIN SPEC 70121:2012. */
export const DIN_VERSION = { major: 2, minor: 0 } as const;

/**
 * The answer to the car's list of protocols: the one it likes best of those we speak. Namespaces that nobody has told
 * us about (urn:tesla:din:2018:MsgDef) are no reason to refuse the others, nor are priorities that do not begin with 1
 * (Model X: 3 and 2). Another minor version of ours is accepted, and said to be.
 */
export function negotiate({ AppProtocol }: AppProtocolReq): AppProtocolRes {
  let best: AppProtocol | undefined;
  for (const offer of AppProtocol) {
    const known = offer.ProtocolNamespace === DIN_NAMESPACE && offer.VersionNumberMajor === DIN_VERSION.major;
    if (known && (best === undefined || offer.Priority < best.Priority)) best = offer;
  }
  if (best === undefined) return { ResponseCode: 'Failed_NoNegotiation' };
  const ResponseCode =
    best.VersionNumberMinor === DIN_VERSION.minor
      ? 'OK_SuccessfulNegotiation'
      : 'OK_SuccessfulNegotiationWithMinorDeviation';
  return { ResponseCode, SchemaID: best.SchemaID };
}
