export type { BootAnswer, Csms, CsmsNews, CsmsOptions, CsmsTransaction } from './options.js';
