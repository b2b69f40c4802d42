import { type Infer, optional, schemaSet, substitutionGroup } from '@pilotwire/exi';
import { type ContentOf, elementsOf, type NameIn } from '../declared.js';
import { Signature, xmldsigElements } from '../xmldsig/index.js';
import * as chargeParameters from './charge-parameters.js';
import { NotificationType, sessionID } from './common.js';
import * as messages from './messages.js';
import { msgDef, msgHeader } from './namespaces.js';
import * as schedules from './schedules.js';
import { ServiceCharge } from './services.js';
import * as status from './status.js';

/** V2G_CI_MsgHeader.xsd */
export const MessageHeaderType = msgHeader.complex('MessageHeaderType', {
  SessionID: sessionID,
  Notification: optional(NotificationType),
  Signature: optional(Signature),
});

/* V2G_CI_MsgDef.xsd */

export const BodyElement = msgDef.abstractElement('BodyElement');

const bodyElement = substitutionGroup(
  BodyElement,
  messages.SessionSetupReq,
  messages.SessionSetupRes,
  messages.ServiceDiscoveryReq,
  messages.ServiceDiscoveryRes,
  messages.ServiceDetailReq,
  messages.ServiceDetailRes,
  messages.ServicePaymentSelectionReq,
  messages.ServicePaymentSelectionRes,
  messages.PaymentDetailsReq,
  messages.PaymentDetailsRes,
  messages.ContractAuthenticationReq,
  messages.ContractAuthenticationRes,
  messages.ChargeParameterDiscoveryReq,
  messages.ChargeParameterDiscoveryRes,
  messages.PowerDeliveryReq,
  messages.PowerDeliveryRes,
  messages.ChargingStatusReq,
  messages.ChargingStatusRes,
  messages.MeteringReceiptReq,
  messages.MeteringReceiptRes,
  messages.SessionStopReq,
  messages.SessionStopRes,
  messages.CertificateUpdateReq,
  messages.CertificateUpdateRes,
  messages.CertificateInstallationReq,
  messages.CertificateInstallationRes,
  messages.CableCheckReq,
  messages.CableCheckRes,
  messages.PreChargeReq,
  messages.PreChargeRes,
  messages.CurrentDemandReq,
  messages.CurrentDemandRes,
  messages.WeldingDetectionReq,
  messages.WeldingDetectionRes,
);

export const BodyType = msgDef.complex('BodyType', { BodyElement: optional(bodyElement) });

export const V2G_Message = msgDef.element('V2G_Message', msgDef.complex('', { Header: MessageHeaderType, Body: BodyType }));

export interface DinMessage {
  readonly V2G_Message: Infer<typeof V2G_Message>;
}

/** All four schema files and XML Signature. */
export const dinSchema = schemaSet('din', [V2G_Message], [
  BodyElement,
  ServiceCharge,
  ...elementsOf(messages),
  ...elementsOf(chargeParameters),
  ...elementsOf(schedules),
  ...elementsOf(status),
  ...xmldsigElements,
]);

export type DinBody = DinMessage['V2G_Message']['Body'];
/** The name of a DIN message, such as `PreChargeReq`. */
export type DinMessageName = Exclude<NameIn<DinBody>, 'BodyElement'>;
/** The content of the DIN message of a name. */
export type DinContent<N extends DinMessageName> = ContentOf<DinBody, N>;
