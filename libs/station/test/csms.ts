import { iso } from '../src/index.js';
import type { JsonObject, Protocol } from '../src/index.js';

/** What a CSMS says to each call; `error` is a CALLERROR, undefined is silence. */
export type Answers = Record<string, (payload: JsonObject) => JsonObject | undefined>;

/** A CSMS that says yes. */
export function answersOf(protocol: Protocol, now: () => number): Answers {
  const boot = () => ({ status: 'Accepted', currentTime: iso(now()), interval: 300 });
  const heartbeat = () => ({ currentTime: iso(now()) });
  const nothing = () => ({});
  const common: Answers = {
    BootNotification: boot, Heartbeat: heartbeat, StatusNotification: nothing, MeterValues: nothing, SecurityEventNotification: nothing,
    LogStatusNotification: nothing, FirmwareStatusNotification: nothing, DataTransfer: () => ({ status: 'Accepted' }),
    SignCertificate: () => ({ status: 'Accepted' }),
  };
  let transactions = 0;
  if (protocol === 'ocpp1.6') {
    return {
      ...common, Authorize: () => ({ idTagInfo: { status: 'Accepted' } }),
      StartTransaction: () => ({ idTagInfo: { status: 'Accepted' }, transactionId: 100 + transactions++ }),
      StopTransaction: nothing, DiagnosticsStatusNotification: nothing, SignedFirmwareStatusNotification: nothing,
    };
  }
  return {
    ...common, Authorize: () => ({ idTokenInfo: { status: 'Accepted' } }), TransactionEvent: nothing, NotifyReport: nothing, NotifyEvent: nothing,
    NotifyEVChargingNeeds: () => ({ status: 'Accepted' }), ReservationStatusUpdate: nothing, ReportChargingProfiles: nothing,
  };
}
