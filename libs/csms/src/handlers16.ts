import { common, noted, take } from './desk.js';
import type { Desk, Handler } from './desk.js';
import { readingOf } from './meter.js';
import { listOf, numberOf, textOf } from './read.js';

const tagInfo = (desk: Desk, tag: string | undefined) => ({ status: tag === undefined || desk.accepts(tag) ? 'Accepted' : 'Invalid' });

/** What a station of 1.6 calls. */
export const handlers16: Readonly<Record<string, Handler>> = {
  ...common,
  ...noted([
    'DiagnosticsStatusNotification', 'FirmwareStatusNotification', 'LogStatusNotification', 'SecurityEventNotification',
    'SignedFirmwareStatusNotification',
  ]),
  Authorize: (desk, payload) => ({ idTagInfo: tagInfo(desk, textOf(payload, 'idTag')) }),
  StatusNotification: (desk, payload) => {
    const connector = numberOf(payload, 'connectorId') ?? 0;
    const error = textOf(payload, 'errorCode');
    desk.tell({
      kind: 'status', station: desk.station, evse: connector, connector, status: textOf(payload, 'status') ?? '',
      ...(error !== undefined && error !== 'NoError' && { error }),
    });
    return {};
  },
  StartTransaction: (desk, payload) => {
    const evse = numberOf(payload, 'connectorId') ?? 0;
    const at = textOf(payload, 'timestamp') ?? desk.now();
    const register = numberOf(payload, 'meterStart');
    const token = textOf(payload, 'idTag');
    const transactionId = desk.ledger.number(desk.station, evse, at, register ?? 0);
    take(desk, String(transactionId), { at, evse, token, register });
    return { transactionId, idTagInfo: tagInfo(desk, token) };
  },
  MeterValues: (desk, payload) => {
    const id = numberOf(payload, 'transactionId');
    const values = listOf(payload, 'meterValue');
    const reading = readingOf(values);
    if (id !== undefined) take(desk, String(id), { at: textOf(values.at(-1), 'timestamp') ?? desk.now(), register: reading.register }, reading);
    return {};
  },
  StopTransaction: (desk, payload) => {
    const at = textOf(payload, 'timestamp') ?? desk.now();
    take(desk, String(numberOf(payload, 'transactionId')), {
      at, register: numberOf(payload, 'meterStop'), ends: { reason: textOf(payload, 'reason') ?? 'Local' },
    });
    const token = textOf(payload, 'idTag');
    return token === undefined ? {} : { idTagInfo: tagInfo(desk, token) };
  },
};
