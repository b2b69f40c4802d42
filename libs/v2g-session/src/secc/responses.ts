import type { DC_EVSEStatus, DinBody, DinContent, DinMessage, ResponseCode } from '@pilotwire/v2g-messages';
import { dinMessage } from '../din.js';
import type { DinRequestName } from '../din.js';
import { amperes, volts, watts } from '../physical.js';
import type { Schedule, StatusMoment } from '../profiles/chargers.js';
import type { SeccLimits, Session } from './state.js';

type Processing = DinContent<'CableCheckRes'>['EVSEProcessing'];

/** The charger's status in one kind of response. A wish to stop is in every one of them, whatever the moment. */
export function statusAt(session: Session, moment: StatusMoment): DC_EVSEStatus {
  const row = session.config.profile.status[moment];
  return status(session, row.isolation === 'last' ? session.isolation : row.isolation, row.code);
}

/** The status beside a refusal: nothing is promised. */
function statusOfRefusal(session: Session): DC_EVSEStatus {
  const { phase } = session;
  const over = phase === 'PowerOff' || phase === 'WeldingDetection' || phase === 'SessionStop';
  return status(session, session.isolation, over ? 'EVSE_Shutdown' : 'EVSE_NotReady');
}

function status(
  { cause, config }: Session,
  isolation: Session['isolation'] | 'absent',
  code: DC_EVSEStatus['EVSEStatusCode'],
): DC_EVSEStatus {
  const level = isolation === 'absent' ? {} : { EVSEIsolationStatus: isolation };
  return cause === undefined
    ? { ...level, EVSEStatusCode: code, NotificationMaxDelay: 0, EVSENotification: 'None' }
    : {
        ...level,
        EVSEStatusCode: cause.status,
        NotificationMaxDelay: config.profile.stopMaxDelay,
        EVSENotification: 'StopCharging',
      };
}

/** Before the limits are known a car is told of none (Compleo does so). */
const noLimits: SeccLimits = {
  minVoltage: 0,
  maxVoltage: 0,
  minCurrent: 0,
  maxCurrent: 0,
  maxPower: 0,
  peakCurrentRipple: 0,
};

export const reply = (session: Session, body: DinBody): DinMessage => dinMessage(session.id, body);

export const sessionSetupRes = ({ config: { profile } }: Session, ResponseCode: ResponseCode): DinBody => ({
  SessionSetupRes: { ResponseCode, EVSEID: profile.evseId },
});

export const serviceDiscoveryRes = ({ config }: Session, ResponseCode: ResponseCode): DinBody => ({
  ServiceDiscoveryRes: {
    ResponseCode,
    PaymentOptions: { PaymentOption: ['ExternalPayment'] },
    ChargeService: {
      ServiceTag: { ServiceID: config.profile.service.id, ServiceCategory: 'EVCharging' },
      FreeService: config.profile.service.free,
      EnergyTransferType: config.profile.service.energyTransfer,
    },
  },
});

export const contractAuthenticationRes = (ResponseCode: ResponseCode, EVSEProcessing: Processing): DinBody => ({
  ContractAuthenticationRes: { ResponseCode, EVSEProcessing },
});

export function chargeParameterDiscoveryRes(
  session: Session,
  ResponseCode: ResponseCode,
  EVSEProcessing: Processing,
  DC_EVSEStatus = statusAt(session, `ChargeParameterDiscovery.${EVSEProcessing}`),
): DinBody {
  const { profile } = session.config;
  const limits = session.limits ?? noLimits;
  return {
    ChargeParameterDiscoveryRes: {
      ResponseCode,
      EVSEProcessing,
      SAScheduleList: {
        SAScheduleTuple: [tuple(EVSEProcessing === 'Finished' ? profile.scheduleFinished : profile.scheduleOngoing, limits)],
      },
      DC_EVSEChargeParameter: {
        DC_EVSEStatus,
        EVSEMaximumCurrentLimit: amperes(limits.maxCurrent),
        EVSEMaximumPowerLimit: watts(limits.maxPower),
        EVSEMaximumVoltageLimit: volts(limits.maxVoltage),
        EVSEMinimumCurrentLimit: amperes(limits.minCurrent),
        EVSEMinimumVoltageLimit: volts(limits.minVoltage),
        EVSEPeakCurrentRipple: amperes(limits.peakCurrentRipple),
      },
    },
  };
}

/** PMax has 16 bits; a charger with more says the most it can say (a Supercharger that did not: -2135 W). */
function tuple({ tupleId, pMaxScheduleId, pMax, duration }: Schedule, { maxPower }: SeccLimits) {
  const RelativeTimeInterval = { start: 0, ...(duration !== undefined && { duration }) };
  const PMax = pMax === 'limit' ? Math.min(32_767, Math.floor(maxPower)) : pMax;
  const PMaxScheduleEntry = [{ RelativeTimeInterval, PMax }];
  return { SAScheduleTupleID: tupleId, PMaxSchedule: { PMaxScheduleID: pMaxScheduleId, PMaxScheduleEntry } };
}

export const cableCheckRes = (
  session: Session,
  ResponseCode: ResponseCode,
  EVSEProcessing: Processing,
  DC_EVSEStatus = statusAt(session, `CableCheck.${EVSEProcessing}`),
): DinBody => ({ CableCheckRes: { ResponseCode, DC_EVSEStatus, EVSEProcessing } });

export const preChargeRes = (
  session: Session,
  ResponseCode: ResponseCode,
  DC_EVSEStatus = statusAt(session, 'PreCharge'),
): DinBody => ({ PreChargeRes: { ResponseCode, DC_EVSEStatus, EVSEPresentVoltage: volts(session.voltage) } });

export const powerDeliveryRes = (ResponseCode: ResponseCode, DC_EVSEStatus: DC_EVSEStatus): DinBody => ({
  PowerDeliveryRes: { ResponseCode, DC_EVSEStatus },
});

export function currentDemandRes(
  session: Session,
  ResponseCode: ResponseCode,
  DC_EVSEStatus = statusAt(session, 'CurrentDemand'),
): DinBody {
  const { limited, limits = noLimits } = session;
  return {
    CurrentDemandRes: {
      ResponseCode,
      DC_EVSEStatus,
      EVSEPresentVoltage: volts(session.voltage),
      EVSEPresentCurrent: amperes(session.current),
      EVSECurrentLimitAchieved: limited.current,
      EVSEVoltageLimitAchieved: limited.voltage,
      EVSEPowerLimitAchieved: limited.power,
      EVSEMaximumVoltageLimit: volts(limits.maxVoltage),
      EVSEMaximumCurrentLimit: amperes(limits.maxCurrent),
      EVSEMaximumPowerLimit: watts(limits.maxPower),
    },
  };
}

export const weldingDetectionRes = (
  session: Session,
  ResponseCode: ResponseCode,
  DC_EVSEStatus = statusAt(session, 'WeldingDetection'),
): DinBody => ({ WeldingDetectionRes: { ResponseCode, DC_EVSEStatus, EVSEPresentVoltage: volts(session.voltage) } });

export const sessionStopRes = (ResponseCode: ResponseCode): DinBody => ({ SessionStopRes: { ResponseCode } });

/** Processing is Finished in all of them: a car that is refused has nothing to wait for. */
export function refusal(session: Session, request: DinRequestName, ResponseCode: ResponseCode): DinBody {
  switch (request) {
    case 'SessionSetupReq':
      return sessionSetupRes(session, ResponseCode);
    case 'ServiceDiscoveryReq':
      return serviceDiscoveryRes(session, ResponseCode);
    case 'ServiceDetailReq':
      return { ServiceDetailRes: { ResponseCode, ServiceID: session.config.profile.service.id } };
    case 'ServicePaymentSelectionReq':
      return { ServicePaymentSelectionRes: { ResponseCode } };
    case 'PaymentDetailsReq':
      return { PaymentDetailsRes: { ResponseCode, GenChallenge: '', DateTimeNow: '0' } };
    case 'ContractAuthenticationReq':
      return contractAuthenticationRes(ResponseCode, 'Finished');
    case 'ChargeParameterDiscoveryReq':
      return chargeParameterDiscoveryRes(session, ResponseCode, 'Finished', statusOfRefusal(session));
    case 'PowerDeliveryReq':
      return powerDeliveryRes(ResponseCode, statusOfRefusal(session));
    case 'ChargingStatusReq': {
      const { evseId, scheduleFinished } = session.config.profile;
      const base = { ResponseCode, EVSEID: evseId, SAScheduleTupleID: scheduleFinished.tupleId };
      return { ChargingStatusRes: { ...base, ReceiptRequired: false, AC_EVSEStatus: noAlternatingCurrent } };
    }
    case 'MeteringReceiptReq':
      return { MeteringReceiptRes: { ResponseCode, AC_EVSEStatus: noAlternatingCurrent } };
    case 'SessionStopReq':
      return sessionStopRes(ResponseCode);
    case 'CertificateUpdateReq':
      return { CertificateUpdateRes: { ...noCertificates(ResponseCode), RetryCounter: 0 } };
    case 'CertificateInstallationReq':
      return { CertificateInstallationRes: noCertificates(ResponseCode) };
    case 'CableCheckReq':
      return cableCheckRes(session, ResponseCode, 'Finished', statusOfRefusal(session));
    case 'PreChargeReq':
      return preChargeRes(session, ResponseCode, statusOfRefusal(session));
    case 'CurrentDemandReq':
      return currentDemandRes(session, ResponseCode, statusOfRefusal(session));
    case 'WeldingDetectionReq':
      return weldingDetectionRes(session, ResponseCode, statusOfRefusal(session));
  }
}

const noAlternatingCurrent = {
  PowerSwitchClosed: false,
  RCD: false,
  NotificationMaxDelay: 0,
  EVSENotification: 'StopCharging',
} as const;

const noCertificates = (ResponseCode: ResponseCode) => ({
  Id: '',
  ResponseCode,
  ContractSignatureCertChain: { Certificate: '' },
  ContractSignatureEncryptedPrivateKey: '',
  DHParams: '',
  ContractID: '',
});
