import { variableOf } from './given.js';
import type { Key, Keys } from './key.js';

/** The page of the reference: every key with what it may hold. */
export function referencePage(keys: Keys): string {
  const rows = Object.entries(keys).map(([name, key]) => `| \`${name}\` | ${kind(key)} | ${fallback(key)} | ${key.doc}${like(key)} |`);
  return `# Configuration

Generated from libs/configuration; do not edit.

One file serves all services of a site: \`pilotwire.yaml\` in the working folder, or the one that \`--config\` or
\`PILOTWIRE_CONFIG\` names. It is YAML; keys nest by their dots:

    data: /var/lib/pilotwire
    mqtt:
      url: mqtts://broker.example:8883

The environment goes over the file, and flags over both: \`mqtt.url\` is \`${variableOf('mqtt.url')}\` and \`--mqtt.url\`.
A key or value that is wrong keeps a service from starting, with the place and what would be right. \`pilotwire config\`
prints what is in force, and where each value came from.

A process may serve several outlets of one station. \`evses\` names them by their numbers, and what is said of one goes over what is
said of all:

    evses:
      1: { modem: { url: eth:eth1 }, v2g: { interface: eth1 } }
      2: { modem: { url: eth:eth2 }, v2g: { interface: eth2 } }

Their pairs of ports are 10 apart unless the file says which. The name of the process, its mode and its broker are one for all.

| key | holds | default | what it is |
|---|---|---|---|
${rows.join('\n')}
`;
}

function kind(key: Key): string {
  switch (key.type) {
    case 'text':
      return key.secret ? 'text, secret' : 'text';
    case 'number':
      return `${key.least} to ${key.most}${key.unit === undefined ? '' : ` ${key.unit}`}`;
    case 'choice':
      return key.of.join(', ');
  }
}

const fallback = (key: Key): string => (key.default === undefined ? '–' : `\`${String(key.default)}\``);
const like = (key: Key): string => (key.type === 'text' && key.like !== undefined ? ` Example: \`${key.like}\`.` : '');
