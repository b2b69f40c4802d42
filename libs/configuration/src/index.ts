export type { Key, Keys, ValueOf, ValuesOf } from './key.js';
export { keys } from './keys.js';
export type { Settings } from './keys.js';
