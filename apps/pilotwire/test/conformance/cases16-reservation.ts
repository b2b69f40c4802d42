import type { JsonObject } from '@pilotwire/station';
import { answerTo, charging, idTagInfo, idle, seen } from './case.js';
import type { Case } from './case.js';
import type { Rig } from './rig.js';

const later = '2027-01-01T00:00:00Z';
const reserve = (rig: Rig, more: JsonObject = {}) => rig.ask('ReserveNow', { connectorId: 1, expiryDate: later, idTag: 'CARD-1', reservationId: 5, ...more });
const isReserved = (rig: Rig) => rig.hears('StatusNotification', ({ status }) => status === 'Reserved');
const isFree = (rig: Rig) => rig.hears('StatusNotification', ({ status }) => status === 'Available');
/** What the transaction that begins says of the reservation. */
const used = async (rig: Rig): Promise<string> => {
  const { reservationId } = await rig.hears('StartTransaction');
  return reservationId === undefined ? 'no reservationId' : `reservationId ${String(reservationId)}`;
};

/** Reservations of 1.6J. */
export const reservations16: readonly Case[] = [
  {
    name: 'reservation', before: idle, action: 'ReserveNow',
    run: async (rig) => {
      rig.mark();
      const reply = await reserve(rig);
      await rig.hears('StatusNotification');
      return seen(rig, reply);
    },
  },
  {
    name: 'reservation, used', before: 'reserved for CARD-1', action: '–',
    run: async (rig) => {
      await reserve(rig);
      await rig.hears('StatusNotification', ({ status }) => status === 'Reserved');
      rig.mark();
      await rig.charge();
      const start = await rig.hears('StartTransaction');
      return `${await seen(rig)}; reservationId ${String(start['reservationId'])}`;
    },
  },
  {
    name: 'reservation, another card', before: 'reserved for CARD-1; a car waits', action: 'accepts CARD-2',
    run: async (rig) => {
      await reserve(rig);
      await rig.plug();
      rig.mark();
      await rig.hold('CARD-2', 1);
      const answer = await rig.verdict();
      return `${await seen(rig)}; ${answer}`;
    },
  },
  {
    name: 'reservation, canceled', before: 'reserved for CARD-1', action: 'CancelReservation',
    run: async (rig) => {
      await reserve(rig);
      await rig.hears('StatusNotification', ({ status }) => status === 'Reserved');
      rig.mark();
      const reply = await rig.ask('CancelReservation', { reservationId: 5 });
      await rig.hears('StatusNotification');
      return seen(rig, reply);
    },
  },
  {
    name: 'reservation, cancel of an unknown one', before: idle, action: 'CancelReservation',
    run: async (rig) => `reply ${await rig.ask('CancelReservation', { reservationId: 77 })}`,
  },
  {
    name: 'reservation, occupied', before: charging, action: 'ReserveNow',
    run: async (rig) => {
      await rig.charge();
      return `reply ${await reserve(rig)}`;
    },
  },
  {
    name: 'reservation, faulted', before: 'the contactors have welded in a charge; the car has gone', action: 'ReserveNow',
    run: async (rig) => {
      await rig.charge();
      await rig.breaks('contactors-welded');
      await rig.leave();
      await rig.hears('StatusNotification', ({ status }) => status === 'Faulted');
      return `reply ${await reserve(rig)}`;
    },
  },
  {
    name: 'reservation, out of service', before: 'out of service', action: 'ReserveNow',
    run: async (rig) => {
      await rig.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
      return `reply ${await reserve(rig)}`;
    },
  },
  {
    name: 'reservation of any outlet', before: idle, evses: 2, action: 'ReserveNow at connector 0',
    run: async (rig) => `reply ${await reserve(rig, { connectorId: 0 })}`,
  },
  {
    name: 'reservation, used by a remote start', before: 'reserved for CARD-1', action: 'RemoteStartTransaction for CARD-1; the car comes then',
    run: async (rig) => {
      await reserve(rig);
      await isReserved(rig);
      rig.mark();
      const reply = await rig.ask('RemoteStartTransaction', { idTag: 'CARD-1', connectorId: 1 });
      await rig.come();
      await rig.charges();
      const id = await used(rig);
      return `${await seen(rig, reply)}; ${id}`;
    },
  },
  {
    name: 'reservation, remote start of another', before: 'reserved for CARD-1', action: 'RemoteStartTransaction for CARD-2',
    run: async (rig) => {
      await reserve(rig);
      await isReserved(rig);
      return `reply ${await rig.ask('RemoteStartTransaction', { idTag: 'CARD-2', connectorId: 1 })}`;
    },
  },
  {
    name: 'reservation, expired', before: 'reserved for CARD-1 for 20 s', action: 'accepts CARD-2 when they are over',
    run: async (rig) => {
      await reserve(rig, { expiryDate: rig.inSeconds(20) });
      await isReserved(rig);
      rig.mark();
      await isFree(rig);
      await rig.charge('CARD-2');
      return `${await seen(rig)}; ${await used(rig)}`;
    },
  },
  {
    name: 'reservation, in the past', before: idle, action: 'ReserveNow until a minute ago',
    run: async (rig) => `reply ${await reserve(rig, { expiryDate: rig.inSeconds(-60) })}`,
  },
  {
    name: 'reservation, reserved already', before: 'reserved for CARD-1', action: 'ReserveNow for CARD-2, of another id',
    run: async (rig) => {
      await reserve(rig);
      return `reply ${await reserve(rig, { idTag: 'CARD-2', reservationId: 6 })}`;
    },
  },
  {
    name: 'reservation, the same id again', before: 'reserved for CARD-1', action: 'ReserveNow for CARD-2, of the same id',
    run: async (rig) => {
      await reserve(rig);
      const reply = await reserve(rig, { idTag: 'CARD-2' });
      rig.mark();
      await rig.charge('CARD-2');
      return `reply ${reply}; ${await used(rig)}`;
    },
  },
  {
    name: 'reservation, no such connector', before: idle, action: 'ReserveNow at connector 9',
    run: async (rig) => `reply ${await reserve(rig, { connectorId: 9 })}`,
  },
  {
    name: 'reservation, switched off', before: 'ReservationCtrlr.Enabled is false', variables: 'ReservationCtrlr.Enabled=false', action: 'ReserveNow',
    run: async (rig) => `reply ${await reserve(rig)}`,
  },
  ...([['its own', 'FLEET'], ['another', 'STRANGERS']] as const).map(([name, group]): Case => ({
    name: `reservation, a card of ${name} group`, before: 'reserved for group FLEET; a car waits', action: `says that CARD-2 is of ${group}`,
    answers: { Authorize: idTagInfo('Accepted', group) },
    run: async (rig) => {
      await reserve(rig, { parentIdTag: 'FLEET' });
      await rig.plug();
      rig.mark();
      const answer = await answerTo(rig, 'CARD-2');
      if (group === 'FLEET') await rig.charges();
      return `${await seen(rig)}; ${answer}`;
    },
  })),
  {
    name: 'reservation of any outlet, used', before: 'any of two is reserved for CARD-1', evses: 2, action: '–',
    run: async (rig) => {
      await reserve(rig, { connectorId: 0 });
      rig.mark();
      await rig.charge();
      return `${await seen(rig)}; ${await used(rig)}`;
    },
  },
  {
    name: 'reservation, its outlet fails', before: 'reserved for CARD-1; the emergency stop is pressed, and let go', action: '–',
    run: async (rig) => {
      await reserve(rig);
      await isReserved(rig);
      rig.mark();
      rig.site.levers(1).press(true);
      await rig.hears('StatusNotification', ({ status }) => status === 'Faulted');
      rig.site.levers(1).press(false);
      await isFree(rig);
      return seen(rig);
    },
  },
  {
    name: 'reservation, over a restart', before: 'reserved for CARD-1', action: '–',
    run: async (rig) => {
      await reserve(rig);
      await isReserved(rig);
      rig.mark();
      await rig.end();
      await rig.start();
      await isReserved(rig);
      return seen(rig);
    },
  },
];
