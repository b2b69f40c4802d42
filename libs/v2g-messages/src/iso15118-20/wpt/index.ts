import { type InferMembers, schemaSet } from '@pilotwire/exi';
import { xmldsigElements } from '../../xmldsig/index.js';
import { CLReqControlMode, CLResControlMode } from '../common-types.js';
import * as messages from './messages.js';

/** V2G_CI_WPT.xsd with V2G_CI_CommonTypes.xsd and XML Signature. */
export const iso20WptSchema = schemaSet('iso20-wpt', Object.values(messages), [
  CLReqControlMode,
  CLResControlMode,
  ...xmldsigElements,
]);

export type Iso20WptMessage = InferMembers<(typeof messages)[keyof typeof messages][]>;
