import type { InferMembers } from '@pilotwire/exi';
import { elementsOf } from '../../declared.js';
import { iso20SchemaSet } from '../schema-set.js';
import * as messages from './messages.js';
import * as modes from './modes.js';

/** V2G_CI_DC.xsd */
export const iso20DcSchema = iso20SchemaSet('iso20-dc', messages, elementsOf(modes));

export type Iso20DcMessage = InferMembers<(typeof messages)[keyof typeof messages][]>;
