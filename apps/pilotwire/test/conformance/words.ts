import type { JsonObject } from '@pilotwire/station';
import type { Call } from '../../../ocpp-bridge/test/csms.js';

/** A call in a few words; undefined for those that come by the clock. */
export function wordsOf({ action, payload }: Call): string | undefined {
  const text = (name: string): string => String(payload[name] ?? '');
  switch (action) {
    case 'Heartbeat':
    case 'MeterValues':
    case 'SecurityEventNotification':
      return undefined;
    case 'StatusNotification':
      return payload['status'] === undefined ? `Status ${text('evseId')} ${text('connectorStatus')}` : `Status ${text('connectorId')} ${text('status')}${text('errorCode') === 'NoError' ? '' : ` ${text('errorCode')}`}`;
    case 'StartTransaction':
      return `StartTransaction ${text('idTag')}`;
    case 'StopTransaction':
      return `StopTransaction ${text('reason')}`;
    case 'Authorize':
      return `Authorize ${String(payload['idTag'] ?? (payload['idToken'] as JsonObject)['idToken'])}`;
    case 'TransactionEvent': {
      if (text('triggerReason').startsWith('MeterValue')) return undefined;
      const { stoppedReason } = payload['transactionInfo'] as { stoppedReason?: string };
      return `TransactionEvent ${text('eventType')} ${text('triggerReason')}${stoppedReason === undefined ? '' : ` ${stoppedReason}`}`;
    }
    case 'DiagnosticsStatusNotification':
    case 'FirmwareStatusNotification':
    case 'LogStatusNotification':
    case 'SignedFirmwareStatusNotification':
      return `${action} ${text('status')}`;
    case 'BootNotification':
      return payload['reason'] === undefined ? action : `${action} ${text('reason')}`;
    default:
      return action;
  }
}
