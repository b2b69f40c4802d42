export { memoryPair } from './memory-pair.js';
export { wordPeriod } from './period.js';
export { udpAgent, udpGateway } from './udp-pair.js';
export type { PairReport, UdpPairOptions } from './udp-pair.js';
export { silence } from './watch.js';
export type { AgentEnd, AgentWord, GatewayEnd, GatewayWord } from './words.js';
