import { enumeration, type Infer, integer, list, namespace, optional, schemaSet, string, unsignedByte, unsignedInt } from '@pilotwire/exi';

/** V2G_CI_AppProtocol.xsd: the handshake that comes before any dialect. Only its two global elements are in the namespace. */
const app = namespace('urn:iso:15118:2:2010:AppProtocol', { unqualifiedElements: true });

export const responseCode = enumeration(
  'OK_SuccessfulNegotiation',
  'OK_SuccessfulNegotiationWithMinorDeviation',
  'Failed_NoNegotiation',
);

/** One dialect the car can speak; SchemaID is the car's own name for it, Priority 1 is what it likes best. */
export const AppProtocolType = app.complex('AppProtocolType', {
  ProtocolNamespace: string({ maxLength: 100 }),
  VersionNumberMajor: unsignedInt,
  VersionNumberMinor: unsignedInt,
  SchemaID: unsignedByte,
  Priority: integer(1, 20),
});

export const supportedAppProtocolReq = app.element(
  'supportedAppProtocolReq',
  app.complex('', { AppProtocol: list(AppProtocolType, { max: 20 }) }),
);

export const supportedAppProtocolRes = app.element(
  'supportedAppProtocolRes',
  app.complex('', { ResponseCode: responseCode, SchemaID: optional(unsignedByte) }),
);

export const appProtocolSchema = schemaSet('app', [supportedAppProtocolReq, supportedAppProtocolRes]);

export type AppMessage =
  | { readonly supportedAppProtocolReq: Infer<typeof supportedAppProtocolReq>; readonly supportedAppProtocolRes?: never }
  | { readonly supportedAppProtocolRes: Infer<typeof supportedAppProtocolRes>; readonly supportedAppProtocolReq?: never };
