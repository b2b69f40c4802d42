import { describe, expect, test } from 'vitest';
import { Bench } from '../bench.js';
import { card, charge, energy, full, hold, other, plug, unplug } from '../charge.js';

const v16 = (variables: Readonly<Record<string, string>> = {}): Bench => new Bench('ocpp1.6', { variables }).connect();
const expiryDate = '2026-03-01T10:30:00Z';
const reserve = (bench: Bench, more: object = {}) =>
  bench.result('ReserveNow', { connectorId: 1, expiryDate, idTag: 'CARD-1', reservationId: 5, ...more })['status'];
const status = (bench: Bench, connectorId = 1) => bench.sent('StatusNotification').filter((one) => one['connectorId'] === connectorId).at(-1)?.['status'];
const info = (parentIdTag: string) => () => ({ idTagInfo: { status: 'Accepted', parentIdTag } });

describe('conformance 1.6: reservation', () => {
  test('reservation_local_start_tx: its own token uses it up', () => {
    const bench = v16();
    expect(reserve(bench)).toBe('Accepted');
    bench.advance(1);
    expect(status(bench)).toBe('Reserved');
    charge(bench);
    expect(bench.last('StartTransaction')).toMatchObject({ reservationId: 5 });
    full(bench);
    unplug(bench);
    expect(status(bench)).toBe('Available');
  });

  test('reservation_remote_start_tx', () => {
    const bench = v16();
    reserve(bench);
    expect(bench.result('RemoteStartTransaction', { connectorId: 1, idTag: 'CARD-1' })).toEqual({ status: 'Accepted' });
    plug(bench);
    expect(bench.last('StartTransaction')).toMatchObject({ reservationId: 5 });
  });

  test('reservation: a remote start for another token is rejected', () => {
    const bench = v16();
    reserve(bench);
    expect(bench.result('RemoteStartTransaction', { connectorId: 1, idTag: 'CARD-2' })).toEqual({ status: 'Rejected' });
  });

  test('reservation: another token is refused, without an Authorize', () => {
    const bench = v16();
    reserve(bench);
    plug(bench);
    hold(bench, other);
    expect(bench.sent('Authorize')).toEqual([]);
    expect(bench.done('authorize')).toMatchObject([{ accept: false }]);
  });

  test('reservation_expire', () => {
    const bench = v16();
    reserve(bench);
    bench.advance(1_801);
    expect(status(bench)).toBe('Available');
    charge(bench, 1, other);
    expect(bench.last('StartTransaction')).not.toHaveProperty('reservationId');
  });

  test('reservation: one in the past is rejected', () => {
    expect(reserve(v16(), { expiryDate: '2026-02-28T00:00:00Z' })).toBe('Rejected');
  });

  test('reservation_faulted', () => {
    const bench = v16();
    bench.feed({ kind: 'fault', evse: 1, fault: { name: 'supply-fault', blocks: 'outlet' } });
    expect(reserve(bench)).toBe('Faulted');
  });

  test('reservation_occupied', () => {
    const bench = v16();
    plug(bench);
    expect(reserve(bench)).toBe('Occupied');
  });

  test('reservation: reserved by somebody else already is occupied', () => {
    const bench = v16();
    reserve(bench);
    expect(reserve(bench, { reservationId: 6, idTag: 'CARD-2' })).toBe('Occupied');
  });

  test('reservation_unavailable', () => {
    const bench = v16();
    bench.result('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
    expect(reserve(bench)).toBe('Unavailable');
  });

  test('reservation_rejected: switched off, or no such connector', () => {
    expect(reserve(v16({ 'ReservationCtrlr.Enabled': 'false' }))).toBe('Rejected');
    expect(reserve(v16(), { connectorId: 7 })).toBe('Rejected');
  });

  test('reservation: the same id again replaces it', () => {
    const bench = v16();
    reserve(bench);
    expect(reserve(bench, { idTag: 'CARD-2' })).toBe('Accepted');
    charge(bench, 1, other);
    expect(bench.last('StartTransaction')).toMatchObject({ idTag: 'CARD-2', reservationId: 5 });
  });

  test('reservation_connector_zero_not_supported is not us: connector 0 is any that is free', () => {
    const bench = v16();
    expect(reserve(bench, { connectorId: 0 })).toBe('Accepted');
    charge(bench, 2, other); // one is left for it
    plug(bench);
    hold(bench, { id: 'CARD-3', type: 'ISO14443' }, 1);
    expect(bench.sent('StartTransaction')).toHaveLength(1);
    bench.feed({ kind: 'authorization-wanted', evse: 1 });
    hold(bench, card);
    energy(bench, 1);
    expect(bench.last('StartTransaction')).toMatchObject({ connectorId: 1, reservationId: 5 });
  });

  test('reservation: the group of a reservation may use it', () => {
    const bench = v16();
    reserve(bench, { parentIdTag: 'FAMILY' });
    bench.answers['Authorize'] = info('FAMILY');
    charge(bench, 1, other);
    expect(bench.last('StartTransaction')).toMatchObject({ idTag: 'CARD-2', reservationId: 5 });
  });

  test('reservation: another group may not', () => {
    const bench = v16();
    reserve(bench, { parentIdTag: 'FAMILY' });
    bench.answers['Authorize'] = info('STRANGERS');
    plug(bench);
    hold(bench, other);
    expect(bench.sent('StartTransaction')).toEqual([]);
  });

  test('reservation_cancel', () => {
    const bench = v16();
    reserve(bench);
    bench.advance(1);
    expect(bench.result('CancelReservation', { reservationId: 5 })).toEqual({ status: 'Accepted' });
    bench.advance(1);
    expect(status(bench)).toBe('Available');
  });

  test('reservation_cancel_rejected', () => {
    expect(v16().result('CancelReservation', { reservationId: 5 })).toEqual({ status: 'Rejected' });
  });

  test('reservation: it goes when its outlet can keep it no longer, and outlives a restart else', () => {
    const bench = v16();
    reserve(bench);
    const again = new Bench('ocpp1.6', { disk: bench.settled(), start: 60_000 }).connect();
    expect(status(again)).toBe('Reserved');
    again.feed({ kind: 'fault', evse: 1, fault: { name: 'supply-fault', blocks: 'outlet' } }).advance(1);
    expect(again.state.durable.reservations).toEqual([]);
  });
});

describe('conformance 2.0.1: reservation', () => {
  const idToken = { idToken: 'CARD-1', type: 'ISO14443' };
  test('an expired one, and a removed one, are told', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    const ask = (more: object) => bench.result('ReserveNow', { id: 1, expiryDateTime: expiryDate, idToken, evseId: 1, ...more });
    expect(ask({})).toEqual({ status: 'Accepted' });
    expect(ask({ id: 2, evseId: 2, connectorType: 'cCCS1' })).toMatchObject({ status: 'Rejected' });
    expect(ask({ id: 2, evseId: 2, connectorType: 'cCCS2' })).toEqual({ status: 'Accepted' });
    bench.feed({ kind: 'fault', evse: 2, fault: { name: 'supply-fault', blocks: 'outlet' } });
    bench.advance(1_801);
    expect(bench.sent('ReservationStatusUpdate')).toEqual([
      { reservationId: 2, reservationUpdateStatus: 'Removed' }, { reservationId: 1, reservationUpdateStatus: 'Expired' },
    ]);
  });
});

describe('conformance 1.6: local list', () => {
  const entry = (idTag: string, value = 'Accepted') => ({ idTag, idTagInfo: { status: value } });
  const send = (bench: Bench, listVersion: number, updateType: string, localAuthorizationList?: object[]) =>
    bench.result('SendLocalList', { listVersion, updateType, ...(localAuthorizationList !== undefined && { localAuthorizationList }) } as never)['status'];
  const version = (bench: Bench) => bench.result('GetLocalListVersion')['listVersion'];

  test('get_local_list_version: 0 is none, -1 is not supported', () => {
    expect(version(v16())).toBe(0);
    expect(version(v16({ 'LocalAuthListCtrlr.Enabled': 'false' }))).toBe(-1);
  });
  test('send_local_list_full', () => {
    const bench = v16();
    expect(send(bench, 3, 'Full', [entry('A'), entry('B', 'Blocked')])).toBe('Accepted');
    expect(version(bench)).toBe(3);
    expect(send(bench, 1, 'Full', [entry('C')])).toBe('Accepted');
    expect(Object.keys(bench.state.durable.list.entries)).toEqual(['c']);
  });
  test('send_local_list_differential: adds, changes and takes off', () => {
    const bench = v16();
    send(bench, 1, 'Full', [entry('A'), entry('B')]);
    expect(send(bench, 2, 'Differential', [entry('A', 'Blocked'), { idTag: 'B' }, entry('C')])).toBe('Accepted');
    expect(Object.keys(bench.state.durable.list.entries).sort()).toEqual(['a', 'c']);
    expect(bench.state.durable.list.entries['a']?.info.status).toBe('Blocked');
  });
  test('send_local_list_version_mismatch', () => {
    const bench = v16();
    send(bench, 5, 'Full', [entry('A')]);
    expect(send(bench, 5, 'Differential', [entry('B')])).toBe('VersionMismatch');
    expect(version(bench)).toBe(5);
  });
  test('send_local_list_failed: a token twice, or one to be taken off a full list', () => {
    const bench = v16();
    expect(send(bench, 1, 'Full', [entry('A'), entry('a')])).toBe('Failed');
    expect(send(bench, 1, 'Full', [{ idTag: 'A' }])).toBe('Failed');
    expect(version(bench)).toBe(0);
  });
  test('send_local_list_not_supported', () => {
    expect(send(v16({ 'LocalAuthListCtrlr.Enabled': 'false' }), 1, 'Full', [entry('A')])).toBe('NotSupported');
  });
  test('send_local_list_full_empty', () => {
    const bench = v16();
    send(bench, 1, 'Full', [entry('A')]);
    expect(send(bench, 2, 'Full')).toBe('Accepted');
    expect(bench.state.durable.list).toEqual({ version: 2, entries: {} });
  });
  test('2.0.1 has the same list', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    const one = { idToken: { idToken: 'CARD-1', type: 'ISO14443' }, idTokenInfo: { status: 'Accepted' } };
    expect(bench.result('SendLocalList', { versionNumber: 4, updateType: 'Full', localAuthorizationList: [one] })).toEqual({ status: 'Accepted' });
    expect(bench.result('GetLocalListVersion')).toEqual({ versionNumber: 4 });
    bench.disconnect();
    charge(bench);
    expect(bench.done('authorize')).toMatchObject([{ accept: true, by: 'list' }]);
  });
});
