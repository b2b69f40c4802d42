export { secc, idleSecc } from './secc/secc.js';
