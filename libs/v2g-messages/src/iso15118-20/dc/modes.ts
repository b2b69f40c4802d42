import { optional, substitutionGroup } from '@pilotwire/exi';
import {
  CLReqControlMode,
  CLResControlMode,
  Dynamic_CLReqControlModeType,
  Dynamic_CLResControlModeType,
  percentValue,
  RationalNumberType,
  Scheduled_CLReqControlModeType,
  Scheduled_CLResControlModeType,
} from '../common-types.js';
import { dc } from '../namespaces.js';

/*
 * V2G_CI_DC.xsd: one way of charging is one mode, and a message holds one of those that can stand in the
 * place of the first. BPT is bidirectional power transfer.
 */

/* Charge parameter discovery */

export const DC_CPDReqEnergyTransferModeType = dc.complex('DC_CPDReqEnergyTransferModeType', {
  EVMaximumChargePower: RationalNumberType,
  EVMinimumChargePower: RationalNumberType,
  EVMaximumChargeCurrent: RationalNumberType,
  EVMinimumChargeCurrent: RationalNumberType,
  EVMaximumVoltage: RationalNumberType,
  EVMinimumVoltage: RationalNumberType,
  TargetSOC: optional(percentValue),
});
export const DC_CPDReqEnergyTransferMode = dc.element('DC_CPDReqEnergyTransferMode', DC_CPDReqEnergyTransferModeType);
export const BPT_DC_CPDReqEnergyTransferMode = dc.element(
  'BPT_DC_CPDReqEnergyTransferMode',
  dc.extension(DC_CPDReqEnergyTransferModeType, 'BPT_DC_CPDReqEnergyTransferModeType', {
    EVMaximumDischargePower: RationalNumberType,
    EVMinimumDischargePower: RationalNumberType,
    EVMaximumDischargeCurrent: RationalNumberType,
    EVMinimumDischargeCurrent: RationalNumberType,
  }),
);
export const anyCPDReqEnergyTransferMode = substitutionGroup(
  DC_CPDReqEnergyTransferMode,
  BPT_DC_CPDReqEnergyTransferMode,
);

export const DC_CPDResEnergyTransferModeType = dc.complex('DC_CPDResEnergyTransferModeType', {
  EVSEMaximumChargePower: RationalNumberType,
  EVSEMinimumChargePower: RationalNumberType,
  EVSEMaximumChargeCurrent: RationalNumberType,
  EVSEMinimumChargeCurrent: RationalNumberType,
  EVSEMaximumVoltage: RationalNumberType,
  EVSEMinimumVoltage: RationalNumberType,
  EVSEPowerRampLimitation: optional(RationalNumberType),
});
export const DC_CPDResEnergyTransferMode = dc.element('DC_CPDResEnergyTransferMode', DC_CPDResEnergyTransferModeType);
export const BPT_DC_CPDResEnergyTransferMode = dc.element(
  'BPT_DC_CPDResEnergyTransferMode',
  dc.extension(DC_CPDResEnergyTransferModeType, 'BPT_DC_CPDResEnergyTransferModeType', {
    EVSEMaximumDischargePower: RationalNumberType,
    EVSEMinimumDischargePower: RationalNumberType,
    EVSEMaximumDischargeCurrent: RationalNumberType,
    EVSEMinimumDischargeCurrent: RationalNumberType,
  }),
);
export const anyCPDResEnergyTransferMode = substitutionGroup(
  DC_CPDResEnergyTransferMode,
  BPT_DC_CPDResEnergyTransferMode,
);

/* Charge loop */

export const Scheduled_DC_CLReqControlModeType = dc.extension(Scheduled_CLReqControlModeType, 'Scheduled_DC_CLReqControlModeType', {
  EVTargetCurrent: RationalNumberType,
  EVTargetVoltage: RationalNumberType,
  EVMaximumChargePower: optional(RationalNumberType),
  EVMinimumChargePower: optional(RationalNumberType),
  EVMaximumChargeCurrent: optional(RationalNumberType),
  EVMaximumVoltage: optional(RationalNumberType),
  EVMinimumVoltage: optional(RationalNumberType),
});
export const Scheduled_DC_CLReqControlMode = dc.element(
  'Scheduled_DC_CLReqControlMode',
  Scheduled_DC_CLReqControlModeType,
);
export const BPT_Scheduled_DC_CLReqControlMode = dc.element(
  'BPT_Scheduled_DC_CLReqControlMode',
  dc.extension(Scheduled_DC_CLReqControlModeType, 'BPT_Scheduled_DC_CLReqControlModeType', {
    EVMaximumDischargePower: optional(RationalNumberType),
    EVMinimumDischargePower: optional(RationalNumberType),
    EVMaximumDischargeCurrent: optional(RationalNumberType),
  }),
);
export const Dynamic_DC_CLReqControlModeType = dc.extension(Dynamic_CLReqControlModeType, 'Dynamic_DC_CLReqControlModeType', {
  EVMaximumChargePower: RationalNumberType,
  EVMinimumChargePower: RationalNumberType,
  EVMaximumChargeCurrent: RationalNumberType,
  EVMaximumVoltage: RationalNumberType,
  EVMinimumVoltage: RationalNumberType,
});
export const Dynamic_DC_CLReqControlMode = dc.element('Dynamic_DC_CLReqControlMode', Dynamic_DC_CLReqControlModeType);
export const BPT_Dynamic_DC_CLReqControlMode = dc.element(
  'BPT_Dynamic_DC_CLReqControlMode',
  dc.extension(Dynamic_DC_CLReqControlModeType, 'BPT_Dynamic_DC_CLReqControlModeType', {
    EVMaximumDischargePower: RationalNumberType,
    EVMinimumDischargePower: RationalNumberType,
    EVMaximumDischargeCurrent: RationalNumberType,
    EVMaximumV2XEnergyRequest: optional(RationalNumberType),
    EVMinimumV2XEnergyRequest: optional(RationalNumberType),
  }),
);
export const anyCLReqControlMode = substitutionGroup(
  CLReqControlMode,
  Scheduled_DC_CLReqControlMode,
  BPT_Scheduled_DC_CLReqControlMode,
  Dynamic_DC_CLReqControlMode,
  BPT_Dynamic_DC_CLReqControlMode,
);

export const Scheduled_DC_CLResControlModeType = dc.extension(Scheduled_CLResControlModeType, 'Scheduled_DC_CLResControlModeType', {
  EVSEMaximumChargePower: optional(RationalNumberType),
  EVSEMinimumChargePower: optional(RationalNumberType),
  EVSEMaximumChargeCurrent: optional(RationalNumberType),
  EVSEMaximumVoltage: optional(RationalNumberType),
});
export const Scheduled_DC_CLResControlMode = dc.element(
  'Scheduled_DC_CLResControlMode',
  Scheduled_DC_CLResControlModeType,
);
export const BPT_Scheduled_DC_CLResControlMode = dc.element(
  'BPT_Scheduled_DC_CLResControlMode',
  dc.extension(Scheduled_DC_CLResControlModeType, 'BPT_Scheduled_DC_CLResControlModeType', {
    EVSEMaximumDischargePower: optional(RationalNumberType),
    EVSEMinimumDischargePower: optional(RationalNumberType),
    EVSEMaximumDischargeCurrent: optional(RationalNumberType),
    EVSEMinimumVoltage: optional(RationalNumberType),
  }),
);
export const Dynamic_DC_CLResControlModeType = dc.extension(Dynamic_CLResControlModeType, 'Dynamic_DC_CLResControlModeType', {
  EVSEMaximumChargePower: RationalNumberType,
  EVSEMinimumChargePower: RationalNumberType,
  EVSEMaximumChargeCurrent: RationalNumberType,
  EVSEMaximumVoltage: RationalNumberType,
});
export const Dynamic_DC_CLResControlMode = dc.element('Dynamic_DC_CLResControlMode', Dynamic_DC_CLResControlModeType);
export const BPT_Dynamic_DC_CLResControlMode = dc.element(
  'BPT_Dynamic_DC_CLResControlMode',
  dc.extension(Dynamic_DC_CLResControlModeType, 'BPT_Dynamic_DC_CLResControlModeType', {
    EVSEMaximumDischargePower: RationalNumberType,
    EVSEMinimumDischargePower: RationalNumberType,
    EVSEMaximumDischargeCurrent: RationalNumberType,
    EVSEMinimumVoltage: RationalNumberType,
  }),
);
export const anyCLResControlMode = substitutionGroup(
  CLResControlMode,
  Scheduled_DC_CLResControlMode,
  BPT_Scheduled_DC_CLResControlMode,
  Dynamic_DC_CLResControlMode,
  BPT_Dynamic_DC_CLResControlMode,
);
