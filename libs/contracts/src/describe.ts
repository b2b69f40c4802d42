import { z } from 'zod';
import { allCommands, allContracts } from './all.js';
import type { AnyCommand } from './command.js';
import type { AnyContract } from './contract.js';
import { homeAssistantStatus } from './home-assistant.js';
import { services } from './services.js';
import type { Service } from './services.js';

/** JSON, as documents are made of it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const parameters: Readonly<Record<string, string>> = {
  station: 'A charging station: 1 to 48 letters, digits, dots, hyphens or underscores.',
  evse: 'An outlet of a station, from 1.',
  service: 'The kind of process.',
  instance: 'Which process of that kind.',
  device: 'An outlet, as Home Assistant knows it.',
};

/** JSON Schema (draft 7) of what is published. Readers ignore fields that are not in it. */
export function schemaOf({ payload }: Pick<AnyContract, 'payload'>): Json {
  const schema = z.toJSONSchema(payload, {
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      // Only what is asked of somebody is closed; whatever else is told may grow.
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  // AsyncAPI says itself which dialect its schemas are; what else is not JSON belongs to zod.
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== '$schema' && !name.startsWith('~'))) as Json;
}

/** `pilotwire/v1/{station}/evse/{evse}/event/slac.matched` is `station.evse.event.slac.matched`. */
const idOf = ({ topic }: AnyContract): string =>
  topic.replace('pilotwire/v1/', '').replaceAll(/\{(\w+)\}\/?/g, (_, name: string) => (name === 'station' ? 'station.' : '')).replaceAll('/', '.');

const writersOf = ({ writers }: AnyContract): readonly string[] => (writers === 'each' ? ['each'] : writers);

/** The whole tree as one AsyncAPI 3.0 document. */
export function asyncApi(version: string): Json {
  const commandOf = new Map<AnyContract, AnyCommand>(allCommands.map((one) => [one.request as AnyContract, one]));
  const results = new Set<unknown>(allCommands.map(({ result }) => result));
  const channels: Record<string, Json> = {};
  const operations: Record<string, Json> = {};
  for (const one of allContracts) {
    const id = idOf(one);
    const command = commandOf.get(one);
    const channel = { $ref: `#/channels/${id}` };
    channels[id] = {
      address: one.topic,
      description: one.doc,
      ...parametersOf(one.topic),
      messages: { payload: { contentType: 'application/json', payload: schemaOf(one), examples: [{ payload: one.example as Json }] } },
    };
    if (results.has(one)) continue;
    const tags = writersOf(one).map((name) => ({ name }));
    operations[`${command === undefined ? 'publish' : 'execute'}.${id}`] = {
      action: command === undefined ? 'send' : 'receive',
      channel,
      summary: one.doc,
      tags,
      bindings: { mqtt: { qos: one.qos, retain: one.retain, bindingVersion: '0.2.0' } },
      ...(command && { reply: { channel: { $ref: `#/channels/${idOf(command.result as AnyContract)}` } } }),
    };
  }
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Pilotwire on MQTT',
      version,
      license: { name: 'Apache-2.0' },
      description:
        'Publishers keep to these schemas; consumers ignore fields and keep event types that they do not know. MQTT 3.1.1 is all that is needed.',
    },
    defaultContentType: 'application/json',
    servers: { embedded: { host: '127.0.0.1:1883', protocol: 'mqtt', protocolVersion: '3.1.1' } },
    channels,
    operations,
  };
}

function parametersOf(topic: string): { parameters?: Json } {
  const names = [...topic.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  return { parameters: Object.fromEntries(names.map((name) => [name, { description: parameters[name] ?? name }])) };
}

/** The broker's access list, in Mosquitto's form: a user is a service, and writes what its contracts say. */
export function mosquittoAcl(): string {
  const granted = (service: Service): string[] =>
    allContracts
      .filter(({ writers }) => writers === 'each' || writers.includes(service))
      // What each process writes of itself, it writes under its own name.
      .map(({ topic, writers }) => (writers === 'each' ? topic.replace('{service}', service) : topic))
      .map((topic) => `topic write ${topic.replaceAll(/\{\w+\}/g, '+')}`);
  const users = services.map((service) => [`user ${service}`, 'topic read pilotwire/v1/#', ...(service === 'v2g-gateway' ? [`topic read ${homeAssistantStatus.topic}`] : []), ...granted(service)].join('\n'));
  return `# Who may write what. Generated from the contracts; a user is a service.\n\n${users.join('\n\n')}\n`;
}

/** The tree as a page of the reference. */
export function topicsPage(): string {
  const asked = new Set<unknown>(allCommands.flatMap(({ request, result }) => [request, result]));
  const told = allContracts.filter((one) => !asked.has(one));
  const [happened, stands] = [told.filter(isEvent), told.filter((one) => !isEvent(one))];
  return [
    '# MQTT topics',
    '',
    '<!-- Generated by tools/generate-reference.mjs; do not edit. -->',
    '',
    'Everything is JSON. Publishers keep to the schemas of `asyncapi.json` beside this page; consumers ignore fields they do',
    'not know and keep event types they do not know. MQTT 3.1.1 is all that is needed. `mosquitto.acl` says who may write',
    'what: a user is a service.',
    '',
    '## What stands',
    '',
    ...table(['Topic', 'Writer', 'QoS', 'Retained', 'What'], stands.map((one) => [`\`${one.topic}\``, writersOf(one).join(', '), String(one.qos), one.retain ? 'yes' : 'no', one.doc])),
    '',
    'A retained topic with an empty payload says: there is none.',
    '',
    '## What happens',
    '',
    'Events, at `pilotwire/v1/{station}/evse/{evse}/event/{type}`, QoS 1, never retained. `seq` counts the events of one `src`',
    'and station in one life (`boot`) of its counter. A consumer that misses some asks for them with `cmd/replay`; the process\'',
    '`journal` topic says how far they go. The same `id` is the same event.',
    '',
    ...table(['Type', 'Publisher', 'What', 'Data'], happened.map((one) => [`\`${typeOf(one)}\``, writersOf(one).join(', '), one.doc, `\`${JSON.stringify(dataOf(one))}\``])),
    '',
    '## What can be asked',
    '',
    'A command goes to `…/cmd/{name}` with `{requestId, issuedAt, expiresAt, source, args}`, never retained. Exactly one result',
    'comes at `…/cmd-result/{name}` with the same `requestId`. A command with a field too many in `args` is refused.',
    '',
    ...table(
      ['Command', 'Executor', 'Modes', 'What', 'Args'],
      allCommands.map((one) => [
        `\`${one.request.topic}\``, writersOf(one.result as AnyContract).join(', '), one.modes.join(', ') + (one.simulated ? '; simulation only' : ''), one.doc,
        `\`${JSON.stringify((one.request.example as { args: unknown }).args)}\``,
      ]),
    ),
    '',
    '## Examples',
    '',
    ...stands.flatMap((one) => [`\`${one.topic}\``, '', '```json', JSON.stringify(one.example, undefined, 2), '```', '']),
  ].join('\n');
}

const isEvent = ({ topic }: AnyContract): boolean => topic.includes('/event/');
const typeOf = ({ topic }: AnyContract): string => topic.slice(topic.lastIndexOf('/') + 1);
const dataOf = ({ example }: AnyContract): unknown => (example as { data: unknown }).data;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
