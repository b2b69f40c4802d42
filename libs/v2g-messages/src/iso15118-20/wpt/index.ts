import type { InferMembers } from '@pilotwire/exi';
import { iso20SchemaSet } from '../schema-set.js';
import * as messages from './messages.js';

/** V2G_CI_WPT.xsd */
export const iso20WptSchema = iso20SchemaSet('iso20-wpt', messages);

export type Iso20WptMessage = InferMembers<(typeof messages)[keyof typeof messages][]>;
