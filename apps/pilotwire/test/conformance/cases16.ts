import { charging, idle, idTagInfo, seen } from './case.js';
import type { Case } from './case.js';
import type { Rig } from './rig.js';

/** Boot, sessions, remote control, configuration and meter of 1.6J. */
export const cases16: readonly Case[] = [
  {
    name: 'cold boot', before: 'powered off', action: 'accepts the boot',
    run: async (rig) => seen(rig),
  },
  {
    name: 'cold boot pending', before: 'powered off', action: 'answers Pending, triggers a boot, then accepts',
    answers: { BootNotification: (_, asked) => ({ status: asked === 0 ? 'Pending' : 'Accepted', currentTime: '2026-01-01T12:00:00Z', interval: 300 }) },
    run: async (rig) => {
      await rig.until('pending', () => rig.driver.state.registration.at === 'pending');
      const start = await rig.ask('RemoteStartTransaction', { idTag: 'CARD-1', connectorId: 1 });
      const trigger = await rig.ask('TriggerMessage', { requestedMessage: 'BootNotification' });
      await rig.accepted();
      return seen(rig, start, trigger);
    },
  },
  {
    name: 'regular session, plug first', before: idle, action: 'authorizes the card',
    run: async (rig) => {
      await rig.charge();
      await rig.leave();
      return seen(rig);
    },
  },
  {
    name: 'regular session, identification first', before: idle, action: 'authorizes the card; the car comes then',
    run: async (rig) => {
      await rig.hold('CARD-1', 1);
      await rig.hears('StatusNotification', ({ status }) => status === 'Preparing');
      await rig.come();
      await rig.charges();
      return seen(rig);
    },
  },
  {
    name: 'identification first, no car comes', before: idle, action: 'authorizes the card', variables: 'TxCtrlr.EVConnectionTimeOut=20',
    run: async (rig) => {
      rig.mark();
      await rig.hold('CARD-1', 1);
      await rig.hears('StatusNotification', ({ status }) => status === 'Preparing');
      await rig.hears('StatusNotification', ({ status }) => status === 'Available');
      return seen(rig);
    },
  },
  {
    name: 'stop with the same card', before: charging, action: '–',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      await rig.hold('CARD-1', 1);
      await rig.stopped();
      return seen(rig);
    },
  },
  {
    name: 'stop with a card of the same group', before: `${charging} of group FLEET`, action: 'says that CARD-2 is of FLEET',
    answers: { Authorize: idTagInfo('Accepted', 'FLEET'), StartTransaction: () => ({ transactionId: 7, idTagInfo: { status: 'Accepted', parentIdTag: 'FLEET' } }) },
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      await rig.hold('CARD-2', 1);
      await rig.stopped();
      return seen(rig);
    },
  },
  {
    name: 'stop with a card of the same group, told by the start', before: charging, action: 'says with the start that CARD-1 is of FLEET, and CARD-2 too',
    answers: { Authorize: ({ idTag }) => idTagInfo('Accepted', idTag === 'CARD-2' ? 'FLEET' : undefined)(), StartTransaction: () => ({ transactionId: 7, ...idTagInfo('Accepted', 'FLEET')() }) },
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      await rig.hold('CARD-2', 1);
      await rig.stopped();
      return seen(rig);
    },
  },
  {
    name: 'another card does not stop it', before: charging, action: 'accepts CARD-2, of no group',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      await rig.hold('CARD-2', 1);
      await rig.pass(20);
      return seen(rig);
    },
  },
  {
    name: 'EV side disconnect', before: charging, action: '–',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      await rig.unplug();
      await rig.hears('StatusNotification', ({ status }) => status === 'Available');
      return seen(rig);
    },
  },
  {
    name: 'cached id', before: 'CARD-1 was accepted before; LocalPreAuthorize', action: '–', variables: 'AuthCtrlr.LocalPreAuthorize=true',
    run: async (rig) => {
      await rig.charge();
      await rig.leave();
      await rig.quiet();
      rig.mark();
      await rig.charge();
      return seen(rig);
    },
  },
  {
    name: 'clear cache', before: 'CARD-1 was accepted before; LocalPreAuthorize', action: 'ClearCache', variables: 'AuthCtrlr.LocalPreAuthorize=true',
    run: async (rig) => {
      await rig.charge();
      await rig.leave();
      await rig.quiet();
      rig.mark();
      const cleared = await rig.ask('ClearCache', {});
      await rig.charge();
      return seen(rig, cleared);
    },
  },
  {
    name: 'remote start, cable first', before: 'a car waits', action: 'RemoteStartTransaction',
    run: async (rig) => {
      await rig.plug();
      rig.mark();
      const reply = await rig.ask('RemoteStartTransaction', { idTag: 'APP-7', connectorId: 1 });
      await rig.charges();
      return seen(rig, reply);
    },
  },
  {
    name: 'remote start, remote first', before: idle, action: 'RemoteStartTransaction; the car comes then',
    run: async (rig) => {
      rig.mark();
      const reply = await rig.ask('RemoteStartTransaction', { idTag: 'APP-7', connectorId: 1 });
      await rig.come();
      await rig.charges();
      return seen(rig, reply);
    },
  },
  {
    name: 'remote start, no car comes', before: idle, action: 'RemoteStartTransaction', variables: 'TxCtrlr.EVConnectionTimeOut=20',
    run: async (rig) => {
      rig.mark();
      const reply = await rig.ask('RemoteStartTransaction', { idTag: 'APP-7', connectorId: 1 });
      await rig.hears('StatusNotification', ({ status }) => status === 'Available');
      return seen(rig, reply);
    },
  },
  {
    name: 'remote start at connector 0', before: idle, action: 'RemoteStartTransaction with connectorId 0',
    run: async (rig) => {
      rig.mark();
      return seen(rig, await rig.ask('RemoteStartTransaction', { idTag: 'APP-7', connectorId: 0 }));
    },
  },
  {
    name: 'remote start of what charges', before: charging, action: 'RemoteStartTransaction',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      return seen(rig, await rig.ask('RemoteStartTransaction', { idTag: 'APP-7', connectorId: 1 }));
    },
  },
  {
    name: 'remote stop', before: charging, action: 'RemoteStopTransaction',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      const reply = await rig.ask('RemoteStopTransaction', { transactionId: 100 });
      await rig.stopped();
      return seen(rig, reply);
    },
  },
  {
    name: 'remote stop rejected', before: charging, action: 'RemoteStopTransaction of another transaction',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      return seen(rig, await rig.ask('RemoteStopTransaction', { transactionId: 999 }));
    },
  },
  ...(['Hard', 'Soft'] as const).map((type): Case => ({
    name: `${type.toLowerCase()} reset without a transaction`, before: idle, action: `Reset ${type}`,
    run: async (rig) => {
      rig.mark();
      const reply = await rig.ask('Reset', { type });
      await rig.hears('BootNotification');
      await rig.accepted();
      return seen(rig, reply);
    },
  })),
  ...(['Hard', 'Soft'] as const).map((type): Case => ({
    name: `${type.toLowerCase()} reset with a transaction`, before: charging, action: `Reset ${type}`,
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      const reply = await rig.ask('Reset', { type });
      await rig.stopped();
      await rig.hears('BootNotification');
      // How the outlet stands afterwards is told as soon as the gateway has said it.
      const all = await seen(rig, reply);
      return all.slice(0, all.indexOf('BootNotification') + 'BootNotification'.length);
    },
  })),
  ...([
    ['of an idle connector', idle, 1, () => Promise.resolve()],
    ['while a car waits', 'a car waits', 1, (rig) => rig.plug()],
    ['while a car charges', charging, 1, (rig) => rig.charge()],
    ['out of service', 'out of service', 1, (rig) => rig.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' })],
    ['of a faulted connector', 'the contactors have welded in a charge; the car has gone', 1, async (rig) => {
      await rig.charge();
      await rig.breaks('contactors-welded');
      await rig.leave();
      await rig.hears('StatusNotification', ({ status }) => status === 'Faulted');
    }],
    ['of an unknown connector', idle, 9, () => Promise.resolve()],
  ] satisfies readonly [string, string, number, (rig: Rig) => Promise<unknown>][]).map(([name, before, connectorId, prepare]): Case => ({
    name: `unlock ${name}`, before: `${before}; the cable is fixed`, action: `UnlockConnector ${connectorId}`,
    run: async (rig) => {
      await prepare(rig);
      await rig.quiet();
      rig.mark();
      return seen(rig, await rig.ask('UnlockConnector', { connectorId }));
    },
  })),
  {
    name: 'get configuration', before: idle, action: 'GetConfiguration of HeartbeatInterval and of a key that is not there',
    run: async (rig) => {
      const result = await rig.result('GetConfiguration', { key: ['HeartbeatInterval', 'Nonsense'] });
      return `reply ${JSON.stringify(result)}`;
    },
  },
  {
    name: 'get configuration, all of it', before: idle, action: 'GetConfiguration without a key',
    run: async (rig) => {
      const { configurationKey } = await rig.result('GetConfiguration', {}) as { configurationKey: readonly { key: string }[] };
      const core = ['AllowOfflineTxForUnknownId', 'AuthorizeRemoteTxRequests', 'ClockAlignedDataInterval', 'ConnectionTimeOut', 'NumberOfConnectors', 'SupportedFeatureProfiles', 'TransactionMessageAttempts'];
      return `reply with ${configurationKey.length} keys, of which ${core.filter((one) => configurationKey.some(({ key }) => key === one)).join(', ')}`;
    },
  },
  ...([
    ['set configuration', 'MeterValueSampleInterval', '30'], ['set configuration, no number', 'MeterValueSampleInterval', 'often'],
    ['set configuration, read only', 'NumberOfConnectors', '7'], ['set configuration, unknown key', 'Nonsense', '1'],
  ] as const).map(([name, key, value]): Case => ({
    name, before: idle, action: `ChangeConfiguration ${key}=${value}`,
    run: async (rig) => `reply ${await rig.ask('ChangeConfiguration', { key, value })}`,
  })),
  {
    name: 'sampled meter values', before: charging, action: '–', variables: 'SampledDataCtrlr.TxUpdatedInterval=10',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      await rig.pass(20);
      const values = await rig.hears('MeterValues');
      const [first] = values['meterValue'] as { sampledValue: { measurand: string; context: string; unit: string }[] }[];
      return `MeterValues of transaction ${String(values['transactionId'])}: ${first?.sampledValue.map(({ measurand, context, unit }) => `${measurand} ${unit} ${context}`).join('; ')}`;
    },
  },
  {
    name: 'clock-aligned meter values', before: idle, action: 'sets ClockAlignedDataInterval to 10',
    run: async (rig) => {
      const reply = await rig.ask('ChangeConfiguration', { key: 'ClockAlignedDataInterval', value: '10' });
      const values = await rig.hears('MeterValues');
      const [first] = values['meterValue'] as { timestamp: string; sampledValue: { context: string }[] }[];
      return `reply ${reply}, MeterValues ${first?.sampledValue[0]?.context}, ${Math.abs((Date.parse(first?.timestamp ?? '') % 10_000)) < 1_000 ? 'on the clock' : 'off the clock'}`;
    },
  },
  ...(['Invalid', 'Blocked', 'Expired'] as const).map((status): Case => ({
    name: `authorize ${status.toLowerCase()}`, before: 'a car waits', action: `answers ${status}`, answers: { Authorize: idTagInfo(status) },
    run: async (rig) => {
      await rig.plug();
      rig.mark();
      await rig.hold('CARD-1', 1);
      const answer = await rig.verdict();
      return `${await seen(rig)}; ${answer}`;
    },
  })),
  {
    name: 'start answered invalid', before: 'a car waits', action: 'accepts the card and answers Invalid to the start',
    answers: { StartTransaction: () => ({ transactionId: 0, idTagInfo: { status: 'Invalid' } }) },
    run: async (rig) => {
      await rig.plug();
      await rig.hold('CARD-1', 1);
      await rig.hears('StopTransaction');
      return seen(rig);
    },
  },
];
