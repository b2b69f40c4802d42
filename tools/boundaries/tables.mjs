/** The direction of the arrows, as tables. docs/architecture.md tells the reasons. */

/**
 * What a project of each ring may import. Nobody imports an app but the runner, which composes them; only spec files
 * may import the workspace's own tools.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const rings = {
  'ring:core': ['ring:core'],
  'ring:adapter': ['ring:core', 'ring:adapter'],
  'ring:app': ['ring:core', 'ring:adapter'],
  'ring:runner': ['ring:core', 'ring:adapter', 'ring:app'],
  'ring:tools': ['ring:core'],
};

/**
 * The power line's matching and the V2G session know nothing of each other; what is shared lies below them, or
 * composes them both.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const scopes = {
  'scope:slac': ['scope:slac', 'scope:shared'],
  'scope:v2g': ['scope:v2g', 'scope:shared'],
  'scope:shared': ['scope:slac', 'scope:v2g', 'scope:shared'],
};

/**
 * Which core library may import which. Every core library has a row, so that a new arrow is a decision.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const core = {
  machine: [],
  contracts: [],
  wire: ['machine'],
  exi: ['wire', 'machine'],
  v2gtp: ['wire', 'machine'],
  homeplug: ['wire', 'machine'],
  capture: ['wire', 'machine'],
  'control-pilot': ['wire', 'machine'],
  station: ['machine'],
  outlet: ['power', 'control-pilot', 'v2g-session', 'machine'],
  power: ['machine'],
  'v2g-messages': ['exi', 'wire', 'machine'],
  slac: ['homeplug', 'wire', 'machine'],
  modem: ['homeplug', 'wire', 'machine'],
  'v2g-session': ['v2g-messages', 'v2gtp', 'exi', 'wire', 'machine'],
  conversation: ['capture', 'v2g-messages', 'homeplug', 'v2gtp', 'exi', 'wire', 'machine'],
  simulation: [
    'slac', 'v2g-session', 'v2g-messages', 'homeplug', 'v2gtp', 'capture', 'control-pilot', 'power', 'outlet', 'exi', 'wire', 'machine',
  ],
};

/** Keys, TLS records and signatures need these synchronously and in a browser; they are pure TypeScript. */
const noble = ['@noble/hashes', '@noble/ciphers', '@noble/curves'];

/**
 * The external packages a core library may import; a library without a row may import none.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const coreExternals = {
  homeplug: noble,
  conversation: noble,
  'v2g-messages': noble,
  contracts: ['zod'],
};

/** What the spec files of any library may import besides. */
export const specExternals = [
  'vitest', 'fast-check', '@asyncapi/parser', '@micropython/micropython-webassembly-pyscript', 'ocpp-rpc', 'typed-ocpp',
];
