import type { Keys, ValuesOf } from './key.js';

const name = /^[A-Za-z0-9_.-]{1,64}$/;

/** Everything that can be set, for all services: one file serves a whole site. Dots group; a file nests by them. */
export const keys = {
  instance: { type: 'text', pattern: name, default: 'main', doc: 'Tells processes of one service apart.' },
  data: { type: 'text', default: 'data', like: '/var/lib/pilotwire', doc: 'The folder where journals are kept.' },

  'mqtt.url': { type: 'text', default: 'mqtt://127.0.0.1:1883', like: 'mqtts://broker.example:8883', doc: 'The broker.' },
  'mqtt.username': { type: 'text', default: undefined, doc: 'The name to connect with.' },
  'mqtt.password': { type: 'text', secret: true, default: undefined, doc: 'The password that goes with it.' },
  'mqtt.ca': { type: 'text', default: undefined, like: '/etc/pilotwire/ca.pem', doc: 'File with the certificates that a TLS broker is checked against; default: those that Node knows.' },

  'health.port': { type: 'number', least: 0, most: 65_535, whole: true, default: 0, doc: 'HTTP port on loopback for GET /health. 0: none.' },
  'log.level': { type: 'choice', of: ['debug', 'info', 'warn', 'error'], default: 'info', doc: 'What is worth a line on standard error.' },
} as const satisfies Keys;

export type Settings = ValuesOf<typeof keys>;
