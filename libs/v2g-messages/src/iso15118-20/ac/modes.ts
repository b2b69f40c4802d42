import { optional, substitutionGroup } from '@pilotwire/exi';
import {
  CLReqControlMode,
  CLResControlMode,
  Dynamic_CLReqControlModeType,
  Dynamic_CLResControlModeType,
  RationalNumberType,
  Scheduled_CLReqControlModeType,
  Scheduled_CLResControlModeType,
} from '../common-types.js';
import { ac } from '../namespaces.js';

/*
 * V2G_CI_AC.xsd: one way of charging is one mode, and a message holds one of those that can stand in the
 * place of the first. BPT is bidirectional power transfer.
 */

/* Charge parameter discovery */

export const AC_CPDReqEnergyTransferModeType = ac.complex('AC_CPDReqEnergyTransferModeType', {
  EVMaximumChargePower: RationalNumberType,
  EVMaximumChargePower_L2: optional(RationalNumberType),
  EVMaximumChargePower_L3: optional(RationalNumberType),
  EVMinimumChargePower: RationalNumberType,
  EVMinimumChargePower_L2: optional(RationalNumberType),
  EVMinimumChargePower_L3: optional(RationalNumberType),
});
export const AC_CPDReqEnergyTransferMode = ac.element('AC_CPDReqEnergyTransferMode', AC_CPDReqEnergyTransferModeType);
export const BPT_AC_CPDReqEnergyTransferMode = ac.element(
  'BPT_AC_CPDReqEnergyTransferMode',
  ac.extension(AC_CPDReqEnergyTransferModeType, 'BPT_AC_CPDReqEnergyTransferModeType', {
    EVMaximumDischargePower: RationalNumberType,
    EVMaximumDischargePower_L2: optional(RationalNumberType),
    EVMaximumDischargePower_L3: optional(RationalNumberType),
    EVMinimumDischargePower: RationalNumberType,
    EVMinimumDischargePower_L2: optional(RationalNumberType),
    EVMinimumDischargePower_L3: optional(RationalNumberType),
  }),
);
export const anyCPDReqEnergyTransferMode = substitutionGroup(
  AC_CPDReqEnergyTransferMode,
  BPT_AC_CPDReqEnergyTransferMode,
);

export const AC_CPDResEnergyTransferModeType = ac.complex('AC_CPDResEnergyTransferModeType', {
  EVSEMaximumChargePower: RationalNumberType,
  EVSEMaximumChargePower_L2: optional(RationalNumberType),
  EVSEMaximumChargePower_L3: optional(RationalNumberType),
  EVSEMinimumChargePower: RationalNumberType,
  EVSEMinimumChargePower_L2: optional(RationalNumberType),
  EVSEMinimumChargePower_L3: optional(RationalNumberType),
  EVSENominalFrequency: RationalNumberType,
  MaximumPowerAsymmetry: optional(RationalNumberType),
  EVSEPowerRampLimitation: optional(RationalNumberType),
  EVSEPresentActivePower: optional(RationalNumberType),
  EVSEPresentActivePower_L2: optional(RationalNumberType),
  EVSEPresentActivePower_L3: optional(RationalNumberType),
});
export const AC_CPDResEnergyTransferMode = ac.element('AC_CPDResEnergyTransferMode', AC_CPDResEnergyTransferModeType);
export const BPT_AC_CPDResEnergyTransferMode = ac.element(
  'BPT_AC_CPDResEnergyTransferMode',
  ac.extension(AC_CPDResEnergyTransferModeType, 'BPT_AC_CPDResEnergyTransferModeType', {
    EVSEMaximumDischargePower: RationalNumberType,
    EVSEMaximumDischargePower_L2: optional(RationalNumberType),
    EVSEMaximumDischargePower_L3: optional(RationalNumberType),
    EVSEMinimumDischargePower: RationalNumberType,
    EVSEMinimumDischargePower_L2: optional(RationalNumberType),
    EVSEMinimumDischargePower_L3: optional(RationalNumberType),
  }),
);
export const anyCPDResEnergyTransferMode = substitutionGroup(
  AC_CPDResEnergyTransferMode,
  BPT_AC_CPDResEnergyTransferMode,
);

/* Charge loop */

export const Scheduled_AC_CLReqControlModeType = ac.extension(Scheduled_CLReqControlModeType, 'Scheduled_AC_CLReqControlModeType', {
  EVMaximumChargePower: optional(RationalNumberType),
  EVMaximumChargePower_L2: optional(RationalNumberType),
  EVMaximumChargePower_L3: optional(RationalNumberType),
  EVMinimumChargePower: optional(RationalNumberType),
  EVMinimumChargePower_L2: optional(RationalNumberType),
  EVMinimumChargePower_L3: optional(RationalNumberType),
  EVPresentActivePower: RationalNumberType,
  EVPresentActivePower_L2: optional(RationalNumberType),
  EVPresentActivePower_L3: optional(RationalNumberType),
  EVPresentReactivePower: optional(RationalNumberType),
  EVPresentReactivePower_L2: optional(RationalNumberType),
  EVPresentReactivePower_L3: optional(RationalNumberType),
});
export const Scheduled_AC_CLReqControlMode = ac.element(
  'Scheduled_AC_CLReqControlMode',
  Scheduled_AC_CLReqControlModeType,
);
export const BPT_Scheduled_AC_CLReqControlMode = ac.element(
  'BPT_Scheduled_AC_CLReqControlMode',
  ac.extension(Scheduled_AC_CLReqControlModeType, 'BPT_Scheduled_AC_CLReqControlModeType', {
    EVMaximumDischargePower: optional(RationalNumberType),
    EVMaximumDischargePower_L2: optional(RationalNumberType),
    EVMaximumDischargePower_L3: optional(RationalNumberType),
    EVMinimumDischargePower: optional(RationalNumberType),
    EVMinimumDischargePower_L2: optional(RationalNumberType),
    EVMinimumDischargePower_L3: optional(RationalNumberType),
  }),
);
export const Dynamic_AC_CLReqControlModeType = ac.extension(Dynamic_CLReqControlModeType, 'Dynamic_AC_CLReqControlModeType', {
  EVMaximumChargePower: RationalNumberType,
  EVMaximumChargePower_L2: optional(RationalNumberType),
  EVMaximumChargePower_L3: optional(RationalNumberType),
  EVMinimumChargePower: RationalNumberType,
  EVMinimumChargePower_L2: optional(RationalNumberType),
  EVMinimumChargePower_L3: optional(RationalNumberType),
  EVPresentActivePower: RationalNumberType,
  EVPresentActivePower_L2: optional(RationalNumberType),
  EVPresentActivePower_L3: optional(RationalNumberType),
  EVPresentReactivePower: RationalNumberType,
  EVPresentReactivePower_L2: optional(RationalNumberType),
  EVPresentReactivePower_L3: optional(RationalNumberType),
});
export const Dynamic_AC_CLReqControlMode = ac.element('Dynamic_AC_CLReqControlMode', Dynamic_AC_CLReqControlModeType);
export const BPT_Dynamic_AC_CLReqControlMode = ac.element(
  'BPT_Dynamic_AC_CLReqControlMode',
  ac.extension(Dynamic_AC_CLReqControlModeType, 'BPT_Dynamic_AC_CLReqControlModeType', {
    EVMaximumDischargePower: RationalNumberType,
    EVMaximumDischargePower_L2: optional(RationalNumberType),
    EVMaximumDischargePower_L3: optional(RationalNumberType),
    EVMinimumDischargePower: RationalNumberType,
    EVMinimumDischargePower_L2: optional(RationalNumberType),
    EVMinimumDischargePower_L3: optional(RationalNumberType),
    EVMaximumV2XEnergyRequest: optional(RationalNumberType),
    EVMinimumV2XEnergyRequest: optional(RationalNumberType),
  }),
);
export const anyCLReqControlMode = substitutionGroup(
  CLReqControlMode,
  Scheduled_AC_CLReqControlMode,
  BPT_Scheduled_AC_CLReqControlMode,
  Dynamic_AC_CLReqControlMode,
  BPT_Dynamic_AC_CLReqControlMode,
);

export const Scheduled_AC_CLResControlModeType = ac.extension(Scheduled_CLResControlModeType, 'Scheduled_AC_CLResControlModeType', {
  EVSETargetActivePower: optional(RationalNumberType),
  EVSETargetActivePower_L2: optional(RationalNumberType),
  EVSETargetActivePower_L3: optional(RationalNumberType),
  EVSETargetReactivePower: optional(RationalNumberType),
  EVSETargetReactivePower_L2: optional(RationalNumberType),
  EVSETargetReactivePower_L3: optional(RationalNumberType),
  EVSEPresentActivePower: optional(RationalNumberType),
  EVSEPresentActivePower_L2: optional(RationalNumberType),
  EVSEPresentActivePower_L3: optional(RationalNumberType),
});
export const Scheduled_AC_CLResControlMode = ac.element(
  'Scheduled_AC_CLResControlMode',
  Scheduled_AC_CLResControlModeType,
);
export const BPT_Scheduled_AC_CLResControlMode = ac.element(
  'BPT_Scheduled_AC_CLResControlMode',
  ac.extension(Scheduled_AC_CLResControlModeType, 'BPT_Scheduled_AC_CLResControlModeType', {}),
);
export const Dynamic_AC_CLResControlModeType = ac.extension(Dynamic_CLResControlModeType, 'Dynamic_AC_CLResControlModeType', {
  EVSETargetActivePower: RationalNumberType,
  EVSETargetActivePower_L2: optional(RationalNumberType),
  EVSETargetActivePower_L3: optional(RationalNumberType),
  EVSETargetReactivePower: optional(RationalNumberType),
  EVSETargetReactivePower_L2: optional(RationalNumberType),
  EVSETargetReactivePower_L3: optional(RationalNumberType),
  EVSEPresentActivePower: optional(RationalNumberType),
  EVSEPresentActivePower_L2: optional(RationalNumberType),
  EVSEPresentActivePower_L3: optional(RationalNumberType),
});
export const Dynamic_AC_CLResControlMode = ac.element('Dynamic_AC_CLResControlMode', Dynamic_AC_CLResControlModeType);
export const BPT_Dynamic_AC_CLResControlMode = ac.element(
  'BPT_Dynamic_AC_CLResControlMode',
  ac.extension(Dynamic_AC_CLResControlModeType, 'BPT_Dynamic_AC_CLResControlModeType', {}),
);
export const anyCLResControlMode = substitutionGroup(
  CLResControlMode,
  Scheduled_AC_CLResControlMode,
  BPT_Scheduled_AC_CLResControlMode,
  Dynamic_AC_CLResControlMode,
  BPT_Dynamic_AC_CLResControlMode,
);
