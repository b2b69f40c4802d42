import { answerTo, away, charging, idle, seen } from './case.js';
import type { Case } from './case.js';
import type { Rig } from './rig.js';

const list = (rig: Rig, listVersion: number, updateType: string, tags: Readonly<Record<string, string | undefined>>) => rig.ask('SendLocalList', {
  listVersion, updateType,
  localAuthorizationList: Object.entries(tags).map(([idTag, status]) => ({ idTag, ...(status !== undefined && { idTagInfo: { status } }) })),
});

/** Triggers, lists, diagnostics, data transfer and availability of 1.6J. */
export const more16: readonly Case[] = [
  {
    name: 'trigger of a status', before: idle, action: 'TriggerMessage StatusNotification',
    run: async (rig) => {
      rig.mark();
      const reply = await rig.ask('TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 1 });
      await rig.hears('StatusNotification');
      return seen(rig, reply);
    },
  },
  {
    name: 'trigger of nothing there is', before: idle, action: 'TriggerMessage StatusNotification of connector 9',
    run: async (rig) => `reply ${await rig.ask('TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 9 })}`,
  },
  {
    name: 'local list, full', before: idle, action: 'SendLocalList Full, GetLocalListVersion',
    run: async (rig) => {
      const sent = await list(rig, 3, 'Full', { 'CARD-1': 'Accepted' });
      const result = await rig.result('GetLocalListVersion', {});
      return `reply ${sent}, reply ${JSON.stringify(result)}`;
    },
  },
  {
    name: 'local list, older version', before: 'a list of version 3', action: 'SendLocalList Differential of version 2',
    run: async (rig) => {
      await list(rig, 3, 'Full', { 'CARD-1': 'Accepted' });
      return `reply ${await list(rig, 2, 'Differential', { 'CARD-2': 'Accepted' })}`;
    },
  },
  {
    name: 'local list, removal', before: 'a list with CARD-1; the CSMS is away', action: 'had removed it by SendLocalList Differential',
    run: async (rig) => {
      await list(rig, 3, 'Full', { 'CARD-1': 'Accepted' });
      const reply = await list(rig, 4, 'Differential', { 'CARD-1': undefined });
      await away(rig);
      await rig.plug();
      const answer = await answerTo(rig, 'CARD-1');
      await rig.csms.open();
      return `reply ${reply}; ${answer}`;
    },
  },
  {
    name: 'local list, offline', before: 'a list with CARD-1; the CSMS is away', action: '–',
    run: async (rig) => {
      await list(rig, 3, 'Full', { 'CARD-1': 'Accepted' });
      await away(rig);
      await rig.plug();
      const answer = await answerTo(rig, 'CARD-1');
      await rig.csms.open();
      return answer;
    },
  },
  {
    name: 'local list, none', before: idle, action: 'GetLocalListVersion',
    run: async (rig) => `reply ${JSON.stringify(await rig.result('GetLocalListVersion', {}))}`,
  },
  {
    name: 'local list, addition', before: 'a list with CARD-1; a car waits; LocalPreAuthorize', variables: 'AuthCtrlr.LocalPreAuthorize=true', action: 'SendLocalList Differential with CARD-2',
    run: async (rig) => {
      await list(rig, 3, 'Full', { 'CARD-1': 'Accepted' });
      const reply = await list(rig, 4, 'Differential', { 'CARD-2': 'Accepted' });
      await rig.plug();
      return `reply ${reply}; ${await answerTo(rig, 'CARD-2')}`;
    },
  },
  {
    name: 'local list, emptied', before: 'a list with CARD-1', action: 'SendLocalList Full without an entry; the CSMS goes away',
    run: async (rig) => {
      await list(rig, 3, 'Full', { 'CARD-1': 'Accepted' });
      const reply = await list(rig, 4, 'Full', {});
      await away(rig);
      await rig.plug();
      const answer = await answerTo(rig, 'CARD-1');
      await rig.csms.open();
      return `reply ${reply}; ${answer}`;
    },
  },
  {
    name: 'local list, a card twice', before: idle, action: 'SendLocalList Full with CARD-1 twice',
    run: async (rig) => {
      const entry = { idTag: 'CARD-1', idTagInfo: { status: 'Accepted' } };
      const reply = await rig.ask('SendLocalList', { listVersion: 3, updateType: 'Full', localAuthorizationList: [entry, entry] });
      return `reply ${reply}, reply ${JSON.stringify(await rig.result('GetLocalListVersion', {}))}`;
    },
  },
  {
    name: 'local list, switched off', before: 'LocalAuthListEnabled is false', variables: 'LocalAuthListCtrlr.Enabled=false', action: 'SendLocalList Full, GetLocalListVersion',
    run: async (rig) => `reply ${await list(rig, 3, 'Full', { 'CARD-1': 'Accepted' })}, reply ${JSON.stringify(await rig.result('GetLocalListVersion', {}))}`,
  },
  {
    name: 'diagnostics', before: idle, action: 'GetDiagnostics',
    run: async (rig) => {
      rig.mark();
      const result = await rig.result('GetDiagnostics', { location: 'https://csms.example/logs/' });
      await rig.until('upload', () => rig.uploads.length === 1);
      rig.uploads[0]?.('Uploading');
      rig.uploads[0]?.('Uploaded');
      return seen(rig, String(result['fileName']).endsWith('.zip') ? 'with a name' : 'without a name');
    },
  },
  {
    name: 'diagnostics, upload fails', before: idle, action: 'GetDiagnostics',
    run: async (rig) => {
      rig.mark();
      await rig.result('GetDiagnostics', { location: 'https://csms.example/logs/' });
      await rig.until('upload', () => rig.uploads.length === 1);
      rig.uploads[0]?.('UploadFailure');
      return seen(rig);
    },
  },
  {
    name: 'data transfer, unknown vendor', before: idle, action: 'DataTransfer',
    run: async (rig) => `reply ${await rig.ask('DataTransfer', { vendorId: 'com.nobody', data: 'x' })}`,
  },
  {
    name: 'data transfer, known vendor', before: 'ocpp.dataTransfer: com.example', settings: { 'ocpp.dataTransfer': 'com.example' }, action: 'DataTransfer',
    run: async (rig) => `reply ${await rig.ask('DataTransfer', { vendorId: 'com.example', data: 'x' })}`,
  },
  {
    name: 'out of service', before: idle, action: 'ChangeAvailability Inoperative, Operative',
    run: async (rig) => {
      rig.mark();
      const out = await rig.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
      await rig.hears('StatusNotification', ({ status }) => status === 'Unavailable');
      const back = await rig.ask('ChangeAvailability', { connectorId: 1, type: 'Operative' });
      await rig.hears('StatusNotification', ({ status }) => status === 'Available');
      return seen(rig, out, back);
    },
  },
  {
    name: 'out of service, scheduled', before: charging, action: 'ChangeAvailability Inoperative',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      const reply = await rig.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
      await rig.leave();
      return seen(rig, reply);
    },
  },
];
