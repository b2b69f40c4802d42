import type { Json } from '@pilotwire/station';
import { common, noted, take } from './desk.js';
import type { Desk, Handler } from './desk.js';
import { readingOf } from './meter.js';
import { listOf, member, numberOf, textOf } from './read.js';

const tokenInfo = (desk: Desk, token: string | undefined) => ({ status: token === undefined || desk.accepts(token) ? 'Accepted' : 'Invalid' });

/** What a station of 2.0.1 or 2.1 calls. */
export const handlers2: Readonly<Record<string, Handler>> = {
  ...common,
  ...noted([
    'ClearedChargingLimit', 'FirmwareStatusNotification', 'LogStatusNotification', 'MeterValues', 'NotifyChargingLimit', 'NotifyCustomerInformation',
    'NotifyDisplayMessages', 'NotifyEvent', 'NotifyMonitoringReport', 'PublishFirmwareStatusNotification', 'ReportChargingProfiles',
    'ReservationStatusUpdate', 'SecurityEventNotification',
  ]),
  NotifyEVChargingNeeds: () => ({ status: 'Accepted' }),
  NotifyEVChargingSchedule: () => ({ status: 'Accepted' }),
  Authorize: (desk, payload) => ({ idTokenInfo: tokenInfo(desk, tokenOf(payload)) }),
  StatusNotification: (desk, payload) => {
    desk.tell({
      kind: 'status', station: desk.station, evse: numberOf(payload, 'evseId') ?? 0, connector: numberOf(payload, 'connectorId') ?? 0,
      status: textOf(payload, 'connectorStatus') ?? '',
    });
    return {};
  },
  NotifyReport: (desk, payload) => {
    desk.tell({
      kind: 'report', station: desk.station, request: numberOf(payload, 'requestId') ?? 0, more: member(payload, 'tbc') === true,
      values: listOf(payload, 'reportData').map(reported),
    });
    return {};
  },
  TransactionEvent: (desk, payload) => {
    const info = member(payload, 'transactionInfo');
    const reading = readingOf(listOf(payload, 'meterValue'));
    const evse = numberOf(member(payload, 'evse'), 'id');
    const token = tokenOf(payload);
    take(
      desk, textOf(info, 'transactionId') ?? '',
      {
        at: textOf(payload, 'timestamp') ?? desk.now(), token, register: reading.register, seqNo: numberOf(payload, 'seqNo') ?? 0,
        ...(evse !== undefined && { evse }),
        ...(textOf(payload, 'eventType') === 'Ended' && { ends: { reason: textOf(info, 'stoppedReason') ?? 'Local' } }),
      },
      reading,
    );
    return token === undefined ? {} : { idTokenInfo: tokenInfo(desk, token) };
  },
};

const tokenOf = (payload: Json): string | undefined => textOf(member(payload, 'idToken'), 'idToken');

/** `Component.Variable[Instance]`, at an EVSE where it is of one, and what it is. */
function reported(item: Json): { readonly name: string; readonly value: string } {
  const component = member(item, 'component');
  const variable = member(item, 'variable');
  const evse = numberOf(member(component, 'evse'), 'id');
  const instance = textOf(variable, 'instance');
  const name = `${textOf(component, 'name')}${evse === undefined ? '' : `(${evse})`}.${textOf(variable, 'name')}${instance === undefined ? '' : `[${instance}]`}`;
  const [attribute] = listOf(item, 'variableAttribute');
  return { name, value: textOf(attribute, 'value') ?? '' };
}
