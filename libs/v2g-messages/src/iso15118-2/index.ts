import { type Infer, optional, schemaSet, substitutionGroup } from '@pilotwire/exi';
import { type ContentOf, elementsOf, type NameIn } from '../declared.js';
import { Signature, xmldsigElements } from '../xmldsig/index.js';
import * as chargeParameters from './charge-parameters.js';
import { NotificationType, sessionID } from './common.js';
import * as contract from './contract-messages.js';
import * as dc from './dc-messages.js';
import * as messages from './messages.js';
import { msgBody, msgDef, msgHeader } from './namespaces.js';
import * as schedules from './schedules.js';
import * as status from './status.js';

/** V2G_CI_MsgHeader.xsd */
export const MessageHeaderType = msgHeader.complex('MessageHeaderType', {
  SessionID: sessionID,
  Notification: optional(NotificationType),
  Signature: optional(Signature),
});

/* V2G_CI_MsgBody.xsd */

export const BodyElement = msgBody.abstractElement('BodyElement');

const bodyElement = substitutionGroup(
  BodyElement,
  messages.SessionSetupReq,
  messages.SessionSetupRes,
  messages.ServiceDiscoveryReq,
  messages.ServiceDiscoveryRes,
  messages.ServiceDetailReq,
  messages.ServiceDetailRes,
  messages.PaymentServiceSelectionReq,
  messages.PaymentServiceSelectionRes,
  contract.PaymentDetailsReq,
  contract.PaymentDetailsRes,
  contract.AuthorizationReq,
  contract.AuthorizationRes,
  messages.ChargeParameterDiscoveryReq,
  messages.ChargeParameterDiscoveryRes,
  messages.PowerDeliveryReq,
  messages.PowerDeliveryRes,
  contract.MeteringReceiptReq,
  contract.MeteringReceiptRes,
  messages.SessionStopReq,
  messages.SessionStopRes,
  contract.CertificateUpdateReq,
  contract.CertificateUpdateRes,
  contract.CertificateInstallationReq,
  contract.CertificateInstallationRes,
  messages.ChargingStatusReq,
  messages.ChargingStatusRes,
  dc.CableCheckReq,
  dc.CableCheckRes,
  dc.PreChargeReq,
  dc.PreChargeRes,
  dc.CurrentDemandReq,
  dc.CurrentDemandRes,
  dc.WeldingDetectionReq,
  dc.WeldingDetectionRes,
);

export const BodyType = msgBody.complex('BodyType', { BodyElement: optional(bodyElement) });

/** V2G_CI_MsgDef.xsd */
export const V2G_Message = msgDef.element('V2G_Message', msgDef.complex('', { Header: MessageHeaderType, Body: BodyType }));

export interface Iso2Message {
  readonly V2G_Message: Infer<typeof V2G_Message>;
}

/** All four schema files and XML Signature. */
export const iso2Schema = schemaSet('iso2', [V2G_Message], [
  BodyElement,
  ...elementsOf(messages),
  ...elementsOf(contract),
  ...elementsOf(dc),
  ...elementsOf(chargeParameters),
  ...elementsOf(schedules),
  ...elementsOf(status),
  ...xmldsigElements,
]);

export type Iso2Body = Iso2Message['V2G_Message']['Body'];
/** The name of a message of ISO 15118-2, such as `AuthorizationReq`. */
export type Iso2MessageName = Exclude<NameIn<Iso2Body>, 'BodyElement'>;
/** The content of the message of a name. */
export type Iso2Content<N extends Iso2MessageName> = ContentOf<Iso2Body, N>;
