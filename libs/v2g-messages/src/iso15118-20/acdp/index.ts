import type { InferMembers } from '@pilotwire/exi';
import { iso20SchemaSet } from '../schema-set.js';
import * as messages from './messages.js';

/** V2G_CI_ACDP.xsd */
export const iso20AcdpSchema = iso20SchemaSet('iso20-acdp', messages);

export type Iso20AcdpMessage = InferMembers<(typeof messages)[keyof typeof messages][]>;
