import { type InferMembers, schemaSet } from '@pilotwire/exi';
import { xmldsigElements } from '../../xmldsig/index.js';
import { CLReqControlMode, CLResControlMode } from '../common-types.js';
import { SignedInstallationData } from './certificates.js';
import * as messages from './messages.js';
import { SignedMeteringData } from './metering.js';

/** V2G_CI_CommonMessages.xsd with V2G_CI_CommonTypes.xsd and XML Signature. */
export const iso20CommonSchema = schemaSet('iso20-common', Object.values(messages), [
  SignedInstallationData,
  SignedMeteringData,
  CLReqControlMode,
  CLResControlMode,
  ...xmldsigElements,
]);

export type Iso20CommonMessage = InferMembers<(typeof messages)[keyof typeof messages][]>;
