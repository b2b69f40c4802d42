import { type InferMembers, schemaSet } from '@pilotwire/exi';
import { xmldsigElements } from '../../xmldsig/index.js';
import * as messages from './messages.js';
import { reqControlModes, reqEnergyTransferModes, resControlModes, resEnergyTransferModes } from './modes.js';

/** V2G_CI_AC.xsd with V2G_CI_CommonTypes.xsd and XML Signature. */
export const iso20AcSchema = schemaSet('iso20-ac', Object.values(messages), [
  ...reqEnergyTransferModes,
  ...resEnergyTransferModes,
  ...reqControlModes,
  ...resControlModes,
  ...xmldsigElements,
]);

export type Iso20AcMessage = InferMembers<(typeof messages)[keyof typeof messages][]>;
