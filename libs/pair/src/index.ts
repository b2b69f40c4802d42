export type { AgentEnd, AgentWord, GatewayEnd, GatewayWord } from './words.js';
export { wordPeriod } from './period.js';
