import { ocppMessage } from '@pilotwire/contracts';
import type { JsonObject, Protocol } from '@pilotwire/station';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { discreet } from '../src/publish/words.js';
import { Site } from './site.js';

const time = '2026-01-01T12:00:00Z';
const firmware = (location: string): JsonObject => ({ location, retrieveDateTime: time, signingCertificate: 'PEM', signature: 'MEUCIQ==' });
const profile = (ocppCsmsUrl: string): JsonObject => ({ ocppVersion: 'OCPP20', ocppTransport: 'JSON', messageTimeout: 30, securityProfile: 2, ocppInterface: 'Wired0', ocppCsmsUrl });
const setOrganization = (value: string): JsonObject => ({ setVariableData: [{ component: { name: 'SecurityCtrlr' }, variable: { name: 'OrganizationName' }, attributeValue: value }] });

/** Every call of a CSMS that has an address in it, and those in which one can stand. */
const calls: Readonly<Record<'ocpp1.6' | 'ocpp2.1', (url: string) => readonly (readonly [string, JsonObject])[]>> = {
  'ocpp1.6': (url) => [
    ['GetDiagnostics', { location: url }], ['UpdateFirmware', { location: url, retrieveDate: time }], ['GetLog', { logType: 'DiagnosticsLog', requestId: 1, log: { remoteLocation: url } }],
    ['SignedUpdateFirmware', { requestId: 1, firmware: firmware(url) }], ['DataTransfer', { vendorId: 'nobody', data: `see ${url}` }],
    ['ChangeConfiguration', { key: 'CpoName', value: url }], ['ChangeConfiguration', { key: url, value: '1' }], [url, { location: url }],
  ],
  'ocpp2.1': (url) => [
    ['GetLog', { logType: 'DiagnosticsLog', requestId: 1, log: { remoteLocation: url } }], ['UpdateFirmware', { requestId: 1, firmware: firmware(url) }],
    ['SetNetworkProfile', { configurationSlot: 1, connectionData: profile(url) }], ['DataTransfer', { vendorId: 'nobody', data: { link: [url] } }],
    ['SetVariables', setOrganization(url)], ['PublishFirmware', { location: url, requestId: 1, checksum: 'x' }], ['GetLog', { [url]: url }], [url, {}],
  ],
};
const plain = fc.stringMatching(/^[a-z0-9]{4,12}$/).map((text) => `hush${text}`);
const addresses = fc.record({ scheme: fc.constantFrom('https', 'ftp', 'wss'), name: plain, password: plain, query: plain, form: fc.nat(3) }).map(({ scheme, name, password, query, form }) => [
  `${scheme}://${name}:${password}@files.example/logs/`, `${scheme}://files.example/logs/?sig=${query}`, `${scheme}://${name}:${password}@files.example/x?token=${query}#${name}`,
  `${scheme}://${name}:${password}/x@files.example/y`,
][form] as string);

test.each<Protocol & keyof typeof calls>(['ocpp1.6', 'ocpp2.1'])('%s: nothing that is secret of an address of the CSMS is published, or in a line', async (protocol) => {
  const site = await Site.open({ protocol });
  const messages: unknown[] = [];
  await site.watcher.subscribe(ocppMessage, { station: 'demo' }, (message) => void messages.push(message));
  await site.pass(500);
  await fc.assert(fc.asyncProperty(addresses, async (url) => {
    for (const [action, payload] of calls[protocol](url)) site.csms.call(action, payload);
    await site.pass(1_500, 500);
    for (const { status } of site.uploads.splice(0)) status('UploadFailure');
    await site.pass(1_000, 500);
    const shown = JSON.stringify([messages, site.events, site.lines, [...site.broker.retained]]);
    expect(/hush\w*/.exec(shown)?.[0]).toBeUndefined();
  }), { numRuns: 30 });
  expect(messages.length).toBeGreaterThan(200);
  // What is no secret can be read all the same.
  expect(JSON.stringify(messages)).toContain('files.example/logs/');
});

test('a line that repeats an address does so without its secrets', () => {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const log = discreet({ debug: say, info: say, warn: say, error: say });
  for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level]('demo: fetch: https://files.example/image.bin?sig=hush is not there');
  expect(new Set(lines)).toEqual(new Set(['demo: fetch: https://files.example/image.bin?*** is not there']));
});
