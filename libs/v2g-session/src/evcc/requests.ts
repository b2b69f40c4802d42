import type { DC_EVStatus, DinBody } from '@pilotwire/v2g-messages';
import { dinMessage } from '../din.js';
import type { V2gMessage } from '../din.js';
import { amperes, physical, volts, watts } from '../physical.js';
import type { Dialogue, EvRequest } from './state.js';

/** What of the charging session a request is made of. */
type Asking = Pick<Dialogue, 'profile' | 'vehicle' | 'id' | 'serviceId' | 'energyTransfer' | 'error' | 'phase' | 'ready'>;

/** A request as this car writes it, from what it knows now. */
export function requestOf(asking: Asking, request: EvRequest): V2gMessage {
  if (request === 'supportedAppProtocolReq') return { supportedAppProtocolReq: { AppProtocol: asking.profile.offers } };
  return dinMessage(asking.id, bodyOf(asking, request));
}

function bodyOf(asking: Asking, request: Exclude<EvRequest, 'supportedAppProtocolReq'>): DinBody {
  const { profile, vehicle } = asking;
  switch (request) {
    case 'SessionSetupReq':
      return { SessionSetupReq: { EVCCID: profile.evccId } };
    case 'ServiceDiscoveryReq':
      return { ServiceDiscoveryReq: profile.sends.serviceCategory ? { ServiceCategory: 'EVCharging' } : {} };
    case 'ServicePaymentSelectionReq':
      return {
        ServicePaymentSelectionReq: {
          SelectedPaymentOption: 'ExternalPayment',
          SelectedServiceList: { SelectedService: [{ ServiceID: asking.serviceId }] },
        },
      };
    case 'ContractAuthenticationReq':
      return { ContractAuthenticationReq: {} };
    case 'ChargeParameterDiscoveryReq':
      return chargeParameters(asking);
    case 'CableCheckReq':
      return { CableCheckReq: { DC_EVStatus: status(asking) } };
    case 'PreChargeReq': {
      const first = asking.phase === 'CableChecked';
      const { preCharge } = profile;
      return {
        PreChargeReq: {
          DC_EVStatus: status(asking),
          EVTargetVoltage: volts(vehicle.batteryVoltage),
          EVTargetCurrent: amperes(first ? preCharge.first : preCharge.current),
        },
      };
    }
    case 'PowerDeliveryReq(start)':
    case 'PowerDeliveryReq(stop)':
      return {
        PowerDeliveryReq: {
          ReadyToChargeState: request === 'PowerDeliveryReq(start)',
          DC_EVPowerDeliveryParameter: {
            DC_EVStatus: status(asking),
            ...(profile.sends.bulkComplete && { BulkChargingComplete: vehicle.bulkComplete }),
            ChargingComplete: vehicle.complete,
          },
        },
      };
    case 'CurrentDemandReq':
      return currentDemand(asking);
    case 'WeldingDetectionReq':
      return { WeldingDetectionReq: { DC_EVStatus: status(asking) } };
    case 'SessionStopReq':
      return { SessionStopReq: {} };
  }
}

function status({ profile, vehicle, error, ready }: Asking): DC_EVStatus {
  return {
    EVReady: ready || profile.sends.readyEarly,
    ...(profile.sends.conditioning && { EVCabinConditioning: false, EVRESSConditioning: false }),
    EVErrorCode: error,
    EVRESSSOC: Math.max(0, Math.min(100, Math.floor(vehicle.soc))),
  };
}

function chargeParameters(asking: Asking): DinBody {
  const { maxVoltage, maxCurrent, maxPower, energyCapacity, energyRequest, fullSoc, bulkSoc } = asking.profile.parameters;
  return {
    ChargeParameterDiscoveryReq: {
      EVRequestedEnergyTransferType: asking.energyTransfer,
      DC_EVChargeParameter: {
        DC_EVStatus: status(asking),
        EVMaximumCurrentLimit: amperes(maxCurrent),
        ...(maxPower !== undefined && { EVMaximumPowerLimit: watts(maxPower) }),
        EVMaximumVoltageLimit: volts(maxVoltage),
        ...(energyCapacity !== undefined && { EVEnergyCapacity: physical(energyCapacity, 'Wh') }),
        ...(energyRequest !== undefined && { EVEnergyRequest: physical(energyRequest, 'Wh') }),
        ...(fullSoc !== undefined && { FullSOC: fullSoc }),
        ...(bulkSoc !== undefined && { BulkSOC: bulkSoc }),
      },
    },
  };
}

function currentDemand(asking: Asking): DinBody {
  const { profile, vehicle } = asking;
  const { sends, parameters } = profile;
  return {
    CurrentDemandReq: {
      DC_EVStatus: status(asking),
      EVTargetCurrent: amperes(vehicle.targetCurrent),
      ...(sends.limitsInDemand && {
        EVMaximumVoltageLimit: volts(parameters.maxVoltage),
        EVMaximumCurrentLimit: amperes(parameters.maxCurrent),
        ...(parameters.maxPower !== undefined && { EVMaximumPowerLimit: watts(parameters.maxPower) }),
      }),
      ...(sends.bulkComplete && { BulkChargingComplete: vehicle.bulkComplete }),
      ChargingComplete: vehicle.complete,
      ...(sends.remainingTime && {
        RemainingTimeToFullSoC: physical(vehicle.remainingToFull, 's'),
        RemainingTimeToBulkSoC: physical(vehicle.remainingToBulk, 's'),
      }),
      EVTargetVoltage: volts(vehicle.targetVoltage),
    },
  };
}
