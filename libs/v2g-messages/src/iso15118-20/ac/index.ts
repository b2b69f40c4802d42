import type { InferMembers } from '@pilotwire/exi';
import { elementsOf } from '../../declared.js';
import { iso20SchemaSet } from '../schema-set.js';
import * as messages from './messages.js';
import * as modes from './modes.js';

/** V2G_CI_AC.xsd */
export const iso20AcSchema = iso20SchemaSet('iso20-ac', messages, elementsOf(modes));

export type Iso20AcMessage = InferMembers<(typeof messages)[keyof typeof messages][]>;
