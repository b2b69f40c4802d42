import type { JsonObject } from '@pilotwire/station';
import { authority } from '../../../../libs/ocpp-transport/test/authority.js';
import { away, idle, seen } from './case.js';
import type { Case } from './case.js';
import type { Rig } from './rig.js';

const profile1 = { 'ocpp.securityProfile': '1', 'ocpp.password': 'sixteen-letters-' };
const update = { location: 'https://csms.example/firmware.bin', retrieveDate: '2026-01-01T12:00:00Z' };
const signedUpdate = { requestId: 6, firmware: { location: update.location, retrieveDateTime: update.retrieveDate, signingCertificate: 'PEM', signature: 'c2ln' } };
const install = (rig: Rig, certificate: string) => rig.ask('InstallCertificate', { certificateType: 'CentralSystemRootCertificate', certificate });
const installed = (rig: Rig) => rig.result('GetInstalledCertificateIds', { certificateType: 'CentralSystemRootCertificate' });
const events = (rig: Rig): string => `SecurityEventNotification ${rig.csms.of('SecurityEventNotification').map(({ type }) => String(type)).join(', ')}`;
/** Certificates are valid on the day of the cases. */
const span = { from: new Date('2025-12-01T00:00:00Z'), to: new Date('2026-12-01T00:00:00Z') };
const roots = () => authority('Test Root', span);
/** The station asks for a certificate, and has its request signed. */
async function signed(rig: Rig): Promise<string> {
  await rig.ask('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
  const { csr } = await rig.hears('SignCertificate') as { readonly csr: string };
  return (await roots()).sign(csr, span);
}

/** Firmware Management of 1.6J, and the security whitepaper. */
export const security16: readonly Case[] = [
  {
    name: 'firmware, no hook', before: 'ocpp.firmwareCommand is not set', action: 'UpdateFirmware',
    run: async (rig) => {
      rig.mark();
      const result = await rig.result('UpdateFirmware', { location: 'https://csms.example/firmware.bin', retrieveDate: '2026-01-01T12:00:00Z' });
      await rig.hears('FirmwareStatusNotification');
      return seen(rig, JSON.stringify(result));
    },
  },
  ...([
    ['installed', ['echo Downloading', 'echo Downloaded', 'echo Installing', 'echo Installed'], 'Installed'],
    ['download fails', ['echo Downloading', 'echo DownloadFailed', 'exit 1'], 'DownloadFailed'],
    ['installation fails', ['echo Downloading', 'echo Downloaded', 'echo Installing', 'exit 1'], 'InstallationFailed'],
  ] as const).map(([name, program, last]): Case => ({
    name: `firmware, ${name}`, before: 'ocpp.firmwareCommand is set', program, action: 'UpdateFirmware',
    run: async (rig) => {
      rig.mark();
      const result = await rig.result('UpdateFirmware', update);
      await rig.hears('FirmwareStatusNotification', ({ status }) => status === last);
      return seen(rig, JSON.stringify(result));
    },
  })),
  {
    name: 'firmware, told when the CSMS is back', before: 'ocpp.firmwareCommand is set', program: ['echo Installed'], action: 'UpdateFirmware; goes away at once, and comes back',
    run: async (rig) => {
      rig.mark();
      rig.csms.call('UpdateFirmware', update);
      await away(rig);
      await rig.pass(5);
      await rig.csms.open();
      await rig.hears('FirmwareStatusNotification', ({ status }) => status === 'Installed');
      return seen(rig);
    },
  },
  {
    name: 'security, unknown call', before: idle, action: 'a call that no version knows',
    run: async (rig) => `reply ${await rig.ask('MakeCoffee', {})}`,
  },
  {
    name: 'security, wrong types', before: idle, action: 'Reset with a number',
    run: async (rig) => `reply ${await rig.ask('Reset', { type: 7 })}`,
  },
  {
    name: 'security, log', before: idle, action: 'GetLog SecurityLog',
    run: async (rig) => {
      rig.mark();
      const reply = await rig.ask('GetLog', { logType: 'SecurityLog', requestId: 9, log: { remoteLocation: 'https://csms.example/logs/' } });
      await rig.until('upload', () => rig.uploads.length === 1);
      rig.uploads[0]?.('Uploaded');
      return seen(rig, reply);
    },
  },
  {
    name: 'security, password is never read', before: idle, action: 'GetConfiguration AuthorizationKey',
    run: async (rig) => {
      const result = await rig.result('GetConfiguration', { key: ['AuthorizationKey'] });
      return `reply ${JSON.stringify(result)}`;
    },
  },
  {
    name: 'security, profile is not lowered', before: 'profile 1', settings: { 'ocpp.securityProfile': '1', 'ocpp.password': 'sixteen-letters-' }, action: 'ChangeConfiguration SecurityProfile=0',
    run: async (rig) => `reply ${await rig.ask('ChangeConfiguration', { key: 'SecurityProfile', value: '0' })}`,
  },
  {
    name: 'security, new password', before: 'profile 1', settings: profile1, action: 'ChangeConfiguration AuthorizationKey',
    run: async (rig) => {
      const reply = await rig.ask('ChangeConfiguration', { key: 'AuthorizationKey', value: 'another-of-sixteen' });
      await rig.until('a new connection', () => rig.csms.passwords.length > 1);
      await rig.accepted();
      return `reply ${reply}; it connects anew with ${rig.csms.passwords.at(-1) === 'another-of-sixteen' ? 'the new one' : 'another one'}`;
    },
  },
  {
    name: 'security, new password too short', before: 'profile 1', settings: profile1, action: 'ChangeConfiguration AuthorizationKey, five letters',
    run: async (rig) => `reply ${await rig.ask('ChangeConfiguration', { key: 'AuthorizationKey', value: 'short' })}`,
  },
  {
    name: 'security, profile raised', before: 'profile 0', action: 'ChangeConfiguration SecurityProfile=1, AuthorizationKey, SecurityProfile=1, SecurityProfile=0',
    run: async (rig) => {
      const change = (key: string, value: string) => rig.ask('ChangeConfiguration', { key, value });
      const bare = await change('SecurityProfile', '1');
      const password = await change('AuthorizationKey', 'another-of-sixteen');
      await rig.pass(5);
      await rig.accepted();
      const raised = await change('SecurityProfile', '1');
      await rig.until('a connection with a password', () => rig.csms.passwords.length > 0);
      await rig.pass(5);
      await rig.accepted();
      return `reply ${bare}, reply ${password}, reply ${raised}, reply ${await change('SecurityProfile', '0')}`;
    },
  },
  {
    name: 'security, profile that cannot be', before: 'profile 1, ws://', settings: profile1, action: 'ChangeConfiguration SecurityProfile=2, which is TLS',
    run: async (rig) => `reply ${await rig.ask('ChangeConfiguration', { key: 'SecurityProfile', value: '2' })}`,
  },
  {
    name: 'security, certificate of the station', before: idle, certificates: true, action: 'ExtendedTriggerMessage SignChargePointCertificate; signs it; CertificateSigned',
    run: async (rig) => {
      rig.mark();
      const reply = await rig.ask('CertificateSigned', { certificateChain: await signed(rig) });
      return seen(rig, reply);
    },
  },
  {
    name: 'security, certificate of no request', before: 'a certificate is asked for', certificates: true, action: 'CertificateSigned for the key of another',
    run: async (rig) => {
      await signed(rig);
      return `reply ${await rig.ask('CertificateSigned', { certificateChain: (await (await roots()).issue('CP-9', span)).certificate })}`;
    },
  },
  {
    name: 'security, certificate that is none', before: idle, certificates: true, action: 'CertificateSigned with rubbish',
    run: async (rig) => `reply ${await rig.ask('CertificateSigned', { certificateChain: 'rubbish' })}`,
  },
  {
    name: 'security, root installed', before: 'no root', certificates: true, action: 'GetInstalledCertificateIds, InstallCertificate, GetInstalledCertificateIds',
    run: async (rig) => {
      const none = await installed(rig);
      const reply = await install(rig, (await roots()).root);
      const { status, certificateHashData } = await installed(rig);
      return `reply ${JSON.stringify(none)}, reply ${reply}, reply ${String(status)} with ${(certificateHashData as unknown[]).length}`;
    },
  },
  {
    name: 'security, root that is none', before: idle, certificates: true, action: 'InstallCertificate of a certificate that may not sign',
    run: async (rig) => `reply ${await install(rig, (await (await roots()).issue('csms.example', span)).certificate)}`,
  },
  {
    name: 'security, root deleted', before: 'two roots', certificates: true, action: 'DeleteCertificate of one, twice, and of the other',
    run: async (rig) => {
      for (let n = 0; n < 2; n++) await install(rig, (await roots()).root);
      const { certificateHashData } = await installed(rig) as { certificateHashData: readonly [JsonObject, JsonObject] };
      const replies: string[] = [];
      for (const which of [0, 0, 1] as const) replies.push(await rig.ask('DeleteCertificate', { certificateHashData: certificateHashData[which] }));
      return `reply ${replies.join(', reply ')}: the last one stays`;
    },
  },
  {
    name: 'security, signed firmware', before: 'ocpp.firmwareCommand is set', program: ['echo Downloaded', 'echo SignatureVerified', 'echo Installing', 'echo Installed'],
    action: 'SignedUpdateFirmware',
    run: async (rig) => {
      rig.mark();
      const reply = await rig.ask('SignedUpdateFirmware', signedUpdate);
      await rig.hears('SignedFirmwareStatusNotification', ({ status }) => status === 'Installed');
      return seen(rig, reply);
    },
  },
  {
    name: 'security, firmware of a wrong signature', before: 'ocpp.firmwareCommand is set', program: ['echo Downloaded', 'echo InvalidSignature', 'exit 1'],
    action: 'SignedUpdateFirmware',
    run: async (rig) => {
      rig.mark();
      const reply = await rig.ask('SignedUpdateFirmware', signedUpdate);
      await rig.hears('SignedFirmwareStatusNotification', ({ status }) => status === 'InvalidSignature');
      return seen(rig, reply);
    },
  },
  {
    name: 'security, what the station did itself', before: 'profile 1', settings: profile1, action: 'Reset Soft',
    run: async (rig) => {
      await rig.ask('Reset', { type: 'Soft' });
      await rig.until('three of them', () => rig.csms.of('SecurityEventNotification').length === 3);
      return events(rig);
    },
  },
  {
    name: 'security, half a frame', before: idle, action: 'half a call, and then GetConfiguration',
    run: async (rig) => {
      rig.csms.raw('[2,"half","Reset",{"type":');
      const result = await rig.result('GetConfiguration', { key: ['HeartbeatInterval'] });
      await rig.hears('SecurityEventNotification');
      return `${events(rig)}, reply ${JSON.stringify(result)}`;
    },
  },
];
