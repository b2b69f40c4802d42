export { fromHex, toHex } from './hex.js';
