import { answerTo, away, charging, idle, idTagInfo, seen } from './case.js';
import type { Case } from './case.js';

const unknownOffline = 'AuthCtrlr.OfflineTxForUnknownIdEnabled=true';

/** What 1.6J makes of power and connections that fail, and of faults. */
export const offline16: readonly Case[] = [
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
    name: 'power failure in a transaction', before: charging, action: '–',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      await rig.end();
      rig.gateway.sessionId = undefined;
      await rig.gateway.stands('idle');
      await rig.start();
      await rig.hears('StopTransaction');
      return seen(rig);
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
      await rig.gateway.batch();
      await rig.leave();
      await rig.hears('StopTransaction');
      return seen(rig);
    },
  },
  {
    name: 'fault while idle', before: idle, action: '–',
    run: async (rig) => {
      rig.mark();
      await rig.gateway.fault('contactors-welded');
      await rig.hears('StatusNotification');
      await rig.gateway.mend('contactors-welded');
      await rig.hears('StatusNotification', ({ status }) => status === 'Available');
      return seen(rig);
    },
  },
  {
    name: 'connection loss, the charge goes on', before: charging, action: 'goes away and comes back', variables: 'SampledDataCtrlr.TxUpdatedInterval=10',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      await away(rig);
      for (let n = 0; n < 5; n++) {
        await rig.pass(5);
        await rig.gateway.batch();
      }
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
      await rig.until('stop', () => rig.gateway.heard.some(({ command }) => command === 'stop'));
      await rig.gateway.stop('person', 'operator-stop');
      await rig.csms.open();
      await rig.hears('StopTransaction');
      return seen(rig);
    },
  },
  {
    name: 'power failure before the start was answered', before: 'a car charges; StartTransaction was not answered', action: 'answers from then on',
    answers: { StartTransaction: (() => {
      let starts = 0;
      return () => (starts++ === 0 ? undefined as never : { transactionId: 9, ...idTagInfo('Accepted')() });
    })() },
    run: async (rig) => {
      await rig.plug();
      await rig.hold('CARD-1', 1);
      const first = await rig.hears('StartTransaction');
      await rig.gateway.charge();
      await rig.until('it charges', () => rig.driver.state.evses[0]?.charging === 'charging');
      rig.mark();
      await rig.end();
      rig.gateway.sessionId = undefined;
      await rig.gateway.stands('idle');
      await rig.start();
      const { transactionId } = await rig.hears('StopTransaction');
      const again = await rig.hears('StartTransaction');
      return `${await seen(rig)}; the start ${JSON.stringify(again) === JSON.stringify(first) ? 'word for word' : 'in other words'}; transactionId ${String(transactionId)}`;
    },
  },
  {
    name: 'fault in a transaction', before: charging, action: 'RemoteStartTransaction while it lasts',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      await rig.gateway.fault('contactors-welded');
      await rig.gateway.stop('evse', 'contactors-welded');
      await rig.hears('StopTransaction');
      const reply = await rig.ask('RemoteStartTransaction', { idTag: 'APP-7', connectorId: 1 });
      await rig.gateway.unplug('contactors-welded', 'evse');
      await rig.gateway.mend('contactors-welded');
      await rig.hears('StatusNotification', ({ status }) => status === 'Available');
      return seen(rig, reply);
    },
  },
  {
    name: 'idle: the car pauses', before: charging, action: '–',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      await rig.gateway.say('charging.paused', { by: 'ev' });
      await rig.hears('StatusNotification', ({ status }) => status === 'SuspendedEV');
      await rig.gateway.say('charging.resumed', {});
      await rig.hears('StatusNotification', ({ status }) => status === 'Charging');
      return seen(rig);
    },
  },
];
