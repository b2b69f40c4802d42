import type { JsonObject } from '@pilotwire/station';
import { seen } from './case.js';
import type { Case } from './case.js';

const idle = 'idle, accepted';
const charging = 'a car charges with CARD-1';

/** What 2.0.1 and 2.1 have otherwise than 1.6. */
export const cases2: readonly Case[] = (['ocpp2.0.1', 'ocpp2.1'] as const).flatMap((protocol): readonly Case[] => ([
  {
    name: 'B01 cold boot', before: 'powered off', action: 'accepts the boot', run: (rig) => seen(rig),
  },
  {
    name: 'E02 a charge', before: idle, action: 'authorizes the card',
    run: async (rig) => {
      await rig.charge();
      await rig.leave();
      return seen(rig);
    },
  },
  {
    name: 'E01 start at EVConnected', before: 'TxStartPoint EVConnected', variables: 'TxCtrlr.TxStartPoint=EVConnected; TxCtrlr.TxStopPoint=EVConnected', action: 'authorizes the card',
    run: async (rig) => {
      await rig.charge();
      await rig.leave();
      return seen(rig);
    },
  },
  {
    name: 'F01 remote start, cable first', before: 'a car waits', action: 'RequestStartTransaction',
    run: async (rig) => {
      await rig.plug();
      rig.mark();
      const reply = await rig.ask('RequestStartTransaction', { remoteStartId: 12, evseId: 1, idToken: { idToken: 'APP-7', type: 'Central' } });
      const event = await rig.hears('TransactionEvent');
      await rig.charges();
      return `${await seen(rig, reply)}; remoteStartId ${String((event['transactionInfo'] as JsonObject)['remoteStartId'])}`;
    },
  },
  {
    name: 'F03 remote stop', before: charging, action: 'RequestStopTransaction',
    run: async (rig) => {
      await rig.charge();
      const { transactionInfo } = await rig.hears('TransactionEvent') as { transactionInfo: { transactionId: string } };
      rig.mark();
      const reply = await rig.ask('RequestStopTransaction', { transactionId: transactionInfo.transactionId });
      await rig.stopped();
      return seen(rig, reply);
    },
  },
  {
    name: 'B05 set variables', before: idle, action: 'SetVariables: one that is right, one that is read only, one that is unknown',
    run: async (rig) => {
      const set = (component: string, name: string, attributeValue: string) => ({ component: { name: component }, variable: { name }, attributeValue });
      const result = await rig.result('SetVariables', { setVariableData: [set('SampledDataCtrlr', 'TxUpdatedInterval', '30'), set('TxCtrlr', 'StopTxOnEVSideDisconnect', 'false'), set('NoCtrlr', 'X', '1')] });
      return `reply ${(result['setVariableResult'] as { readonly attributeStatus: string }[]).map(({ attributeStatus }) => attributeStatus).join(', ')}`;
    },
  },
  {
    name: 'B07 base report', before: idle, action: 'GetBaseReport FullInventory',
    run: async (rig) => {
      rig.mark();
      const reply = await rig.ask('GetBaseReport', { requestId: 4, reportBase: 'FullInventory' });
      await rig.hears('NotifyReport', ({ tbc }) => tbc !== true);
      return seen(rig, reply);
    },
  },
  {
    name: 'B12 reset on idle', before: charging, action: 'Reset OnIdle',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      const reply = await rig.ask('Reset', { type: 'OnIdle' });
      await rig.site.carStops(1);
      const { reason } = await rig.hears('BootNotification');
      // How the outlet stands afterwards is told as soon as the gateway has said it.
      const all = await seen(rig, reply);
      return all.slice(0, all.indexOf(String(reason)) + String(reason).length);
    },
  },
  {
    name: 'G03 out of service', before: idle, action: 'ChangeAvailability Inoperative',
    run: async (rig) => {
      rig.mark();
      const reply = await rig.ask('ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 1 } });
      await rig.hears('StatusNotification');
      return seen(rig, reply);
    },
  },
  {
    name: 'K15 what the car needs', before: idle, action: '–',
    run: async (rig) => {
      await rig.charge();
      const { chargingNeeds } = await rig.hears('NotifyEVChargingNeeds');
      return JSON.stringify(chargingNeeds);
    },
  },
  {
    name: 'N07 a fault', before: 'the isolation of the cable is bad', action: 'authorizes the card',
    run: async (rig) => {
      await rig.breaks('isolation-low');
      await rig.plug();
      rig.mark();
      await rig.hold('CARD-1', 1);
      const { eventData } = await rig.hears('NotifyEvent') as { eventData: { techCode?: string; trigger: string }[] };
      await rig.stopped();
      return `${await seen(rig)}; NotifyEvent ${eventData[0]?.trigger} ${eventData[0]?.techCode}`;
    },
  },
  {
    name: 'E13 given up', before: 'MessageAttemptInterval 1', variables: 'OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]=1; OCPPCommCtrlr.MessageTimeout[Default]=2', action: 'never answers to the end of a transaction',
    answers: { TransactionEvent: ({ eventType }) => (eventType === 'Ended' ? undefined : {}) },
    run: async (rig) => {
      await rig.charge();
      await rig.leave();
      await rig.until('given up', () => rig.driver.letters.length === 1);
      return `${await seen(rig)}; one dead letter: ${rig.driver.letters[0]?.answers.join(', ')}`;
    },
  },
] satisfies readonly Omit<Case, 'protocol'>[]).map((one) => ({ ...one, protocol })));
