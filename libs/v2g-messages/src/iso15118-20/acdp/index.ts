import { type InferMembers, schemaSet } from '@pilotwire/exi';
import { xmldsigElements } from '../../xmldsig/index.js';
import { CLReqControlMode, CLResControlMode } from '../common-types.js';
import * as messages from './messages.js';

/** V2G_CI_ACDP.xsd with V2G_CI_CommonTypes.xsd and XML Signature. */
export const iso20AcdpSchema = schemaSet('iso20-acdp', Object.values(messages), [
  CLReqControlMode,
  CLResControlMode,
  ...xmldsigElements,
]);

export type Iso20AcdpMessage = InferMembers<(typeof messages)[keyof typeof messages][]>;
