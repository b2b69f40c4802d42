import { historySuite } from './suite.js';

historySuite('on the embedded database', () => Promise.resolve({ database: 'embedded' }));
