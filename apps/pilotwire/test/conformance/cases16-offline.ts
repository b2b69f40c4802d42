import { answerTo, away, charging, idle, idTagInfo, seen } from './case.js';
import type { Case, MortalCase } from './case.js';
import type { MortalRig } from './mortal.js';

const unknownOffline = 'AuthCtrlr.OfflineTxForUnknownIdEnabled=true';

/** What is told once the power is back. How the outlet stands is told as soon as its gateway has said it, and at last it is free. */
async function afterwards(rig: MortalRig): Promise<string> {
  await rig.hears('StatusNotification', ({ connectorId, status }) => connectorId === 1 && status === 'Available');
  await rig.quiet();
  return [...rig.told().filter((one) => !one.startsWith('Status')), 'Status 1 Available'].join(', ');
}

/** What 1.6J makes of power and connections that fail, and of faults. */
export const offline16: readonly (Case | MortalCase)[] = [
  {
    name: 'connection loss in a transaction', before: charging, action: 'goes away and comes back', variables: unknownOffline,
    run: async (rig) => {
      await rig.charge();
      await rig.quiet();
      rig.mark();
      await away(rig);
      await rig.leave();
      await rig.csms.open();
      await rig.hears('StopTransaction');
      return seen(rig);
    },
  },
  {
    name: 'offline transaction', before: 'idle, the CSMS is away', action: 'comes back when all is over', variables: unknownOffline,
    run: async (rig) => {
      await away(rig);
      rig.mark();
      await rig.chargeAway();
      await rig.leave();
      await rig.csms.open();
      await rig.hears('StopTransaction');
      return seen(rig);
    },
  },
  {
    name: 'power failure in a transaction', mortal: true, before: charging, action: '–',
    run: async (rig) => {
      await rig.charge();
      await rig.hears('StatusNotification', ({ status }) => status === 'Charging');
      await rig.quiet();
      rig.mark();
      await rig.powerFails();
      await rig.hears('StopTransaction');
      return afterwards(rig);
    },
  },
  {
    name: 'power failure, the charge goes on', before: charging, action: '–',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      await rig.end();
      await rig.start();
      await rig.accepted();
      await rig.pass(10);
      await rig.leave();
      await rig.hears('StopTransaction');
      return seen(rig);
    },
  },
  {
    name: 'fault while idle', before: idle, action: '–',
    run: async (rig) => {
      rig.mark();
      await rig.breaks('supply-fault');
      await rig.hears('StatusNotification');
      await rig.mends('supply-fault');
      await rig.hears('StatusNotification', ({ errorCode }) => errorCode === 'NoError');
      return seen(rig);
    },
  },
  {
    name: 'fault that stays when the car has gone', before: `${charging}; the contactors weld`, action: 'RemoteStartTransaction while it lasts',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      await rig.breaks('contactors-welded');
      await rig.leave();
      await rig.hears('StatusNotification', ({ status }) => status === 'Faulted');
      const reply = await rig.ask('RemoteStartTransaction', { idTag: 'APP-7', connectorId: 1 });
      await rig.mends('contactors-welded');
      await rig.hears('StatusNotification', ({ status }) => status === 'Available');
      return seen(rig, reply);
    },
  },
  {
    name: 'connection loss, the charge goes on', before: charging, action: 'goes away and comes back', variables: 'SampledDataCtrlr.TxUpdatedInterval=10',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      await away(rig);
      await rig.pass(25);
      const back = rig.inSeconds(0);
      await rig.csms.open();
      const values = await rig.hears('MeterValues');
      const [first] = values['meterValue'] as readonly { readonly timestamp: string }[];
      return `${await seen(rig)}; MeterValues of transaction ${String(values['transactionId'])}, taken ${(first?.timestamp ?? '') < back ? 'while it was away' : 'afterwards'}`;
    },
  },
  {
    name: 'offline start', before: 'idle, the CSMS is away', action: 'comes back while the car charges', variables: unknownOffline,
    run: async (rig) => {
      await away(rig);
      rig.mark();
      await rig.chargeAway();
      await rig.csms.open();
      await rig.hears('StartTransaction');
      await rig.leave();
      const { transactionId } = await rig.hears('StopTransaction');
      return `${await seen(rig)}; transactionId ${String(transactionId)}`;
    },
  },
  {
    name: 'offline start, refused afterwards', before: 'idle, the CSMS is away', action: 'comes back, and answers Invalid to the start', variables: unknownOffline,
    answers: { StartTransaction: () => ({ transactionId: 8, ...idTagInfo('Invalid')() }) },
    run: async (rig) => {
      await away(rig);
      rig.mark();
      await rig.chargeAway();
      await rig.csms.open();
      const { transactionId } = await rig.hears('StopTransaction');
      return `${await seen(rig)}; transactionId ${String(transactionId)}`;
    },
  },
  {
    name: 'offline, an unknown card', before: 'a car waits, the CSMS is away', action: '–',
    run: async (rig) => {
      await away(rig);
      await rig.plug();
      const answer = await answerTo(rig, 'CARD-1');
      await rig.csms.open();
      return answer;
    },
  },
  {
    name: 'offline stop', before: charging, action: 'is away while CARD-1 is held again',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      await away(rig);
      await rig.hold('CARD-1', 1);
      await rig.stopped();
      await rig.csms.open();
      await rig.hears('StopTransaction');
      return seen(rig);
    },
  },
  {
    name: 'power failure before the start was answered', mortal: true, before: 'a car charges; StartTransaction was not answered', action: 'answers from then on',
    answers: { StartTransaction: (_, asked) => (asked === 0 ? undefined : { transactionId: 9, ...idTagInfo('Accepted')() }) },
    run: async (rig) => {
      await rig.charge();
      const first = await rig.hears('StartTransaction');
      rig.mark();
      await rig.powerFails();
      const { transactionId } = await rig.hears('StopTransaction');
      const again = await rig.hears('StartTransaction');
      return `${await afterwards(rig)}; the start ${JSON.stringify(again) === JSON.stringify(first) ? 'word for word' : 'in other words'}; transactionId ${String(transactionId)}`;
    },
  },
  {
    name: 'fault in a transaction', before: charging, action: '–',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      await rig.breaks('supply-fault');
      await rig.hears('StopTransaction');
      await rig.stopped();
      await rig.mends('supply-fault');
      await rig.unplug();
      await rig.hears('StatusNotification', ({ status, errorCode }) => status === 'Available' && errorCode === 'NoError');
      return seen(rig);
    },
  },
  {
    name: 'fault that ends the charge: isolation', before: 'the isolation of the cable is bad; a car waits', action: 'authorizes the card',
    run: async (rig) => {
      await rig.breaks('isolation-low');
      await rig.plug();
      rig.mark();
      await rig.hold('CARD-1', 1);
      await rig.hears('StopTransaction');
      await rig.stopped();
      return seen(rig);
    },
  },
  {
    name: 'idle: the station holds it', before: charging, action: 'SetChargingProfile TxDefaultProfile of 0 W, ClearChargingProfile',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      const held = await rig.ask('SetChargingProfile', { connectorId: 1, csChargingProfiles: {
        chargingProfileId: 1, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute',
        chargingSchedule: { chargingRateUnit: 'W', startSchedule: '2026-01-01T00:00:00Z', chargingSchedulePeriod: [{ startPeriod: 0, limit: 0 }] },
      } });
      await rig.hears('StatusNotification', ({ status }) => status === 'SuspendedEVSE');
      const cleared = await rig.ask('ClearChargingProfile', { id: 1 });
      await rig.hears('StatusNotification', ({ status }) => status === 'Charging');
      return seen(rig, held, cleared);
    },
  },
  {
    name: 'idle: the car pauses', before: `${charging}; its battery asks for nothing for a while`, action: '–',
    run: async (rig) => {
      await rig.charge();
      await rig.hears('StatusNotification', ({ status }) => status === 'Charging');
      await rig.quiet();
      rig.mark();
      rig.site.levers(1).wait(true);
      await rig.hears('StatusNotification', ({ status }) => status === 'SuspendedEV');
      rig.site.levers(1).wait(false);
      await rig.hears('StatusNotification', ({ status }) => status === 'Charging');
      return seen(rig);
    },
  },
];
