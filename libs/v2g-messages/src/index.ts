import { codec } from '@pilotwire/exi';
import { type AppMessage, appProtocolSchema } from './app-protocol/index.js';
import { type DinMessage, dinSchema } from './din70121/index.js';

export type { AppMessage, DinMessage };
export const app = codec<AppMessage>(appProtocolSchema);
export const din = codec<DinMessage>(dinSchema);
