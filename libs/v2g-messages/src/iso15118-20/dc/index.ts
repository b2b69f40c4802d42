import { type InferMembers, schemaSet } from '@pilotwire/exi';
import { xmldsigElements } from '../../xmldsig/index.js';
import * as messages from './messages.js';
import { reqControlModes, reqEnergyTransferModes, resControlModes, resEnergyTransferModes } from './modes.js';

/** V2G_CI_DC.xsd with V2G_CI_CommonTypes.xsd and XML Signature. */
export const iso20DcSchema = schemaSet('iso20-dc', Object.values(messages), [
  ...reqEnergyTransferModes,
  ...resEnergyTransferModes,
  ...reqControlModes,
  ...resControlModes,
  ...xmldsigElements,
]);

export type Iso20DcMessage = InferMembers<(typeof messages)[keyof typeof messages][]>;
