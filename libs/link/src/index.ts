export type { EndName } from './ends.js';
export { joinOutlet } from './join.js';
export { LinkError, serveOutlet } from './serve.js';
export type { ServeOptions, ServeReport } from './serve.js';
