import { type Optional, optional, substitutionGroup } from '@pilotwire/exi';
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

type Rational = typeof RationalNumberType;

/** A power of the first phase, or of all of them together; then those of the other two, which may be absent. */
function perPhase<const N extends string, P extends Rational | Optional<Rational>>(name: N, first: P) {
  const other = optional(RationalNumberType);
  return { [name]: first, [`${name}_L2`]: other, [`${name}_L3`]: other } as { readonly [K in N]: P } & {
    readonly [K in `${N}_L2` | `${N}_L3`]: Optional<Rational>;
  };
}

/* Charge parameter discovery */

export const AC_CPDReqEnergyTransferModeType = ac.complex('AC_CPDReqEnergyTransferModeType', {
  ...perPhase('EVMaximumChargePower', RationalNumberType),
  ...perPhase('EVMinimumChargePower', RationalNumberType),
});
export const AC_CPDReqEnergyTransferMode = ac.element('AC_CPDReqEnergyTransferMode', AC_CPDReqEnergyTransferModeType);
export const BPT_AC_CPDReqEnergyTransferMode = ac.element(
  'BPT_AC_CPDReqEnergyTransferMode',
  ac.extension(AC_CPDReqEnergyTransferModeType, 'BPT_AC_CPDReqEnergyTransferModeType', {
    ...perPhase('EVMaximumDischargePower', RationalNumberType),
    ...perPhase('EVMinimumDischargePower', RationalNumberType),
  }),
);
export const anyCPDReqEnergyTransferMode = substitutionGroup(
  AC_CPDReqEnergyTransferMode,
  BPT_AC_CPDReqEnergyTransferMode,
);

export const AC_CPDResEnergyTransferModeType = ac.complex('AC_CPDResEnergyTransferModeType', {
  ...perPhase('EVSEMaximumChargePower', RationalNumberType),
  ...perPhase('EVSEMinimumChargePower', RationalNumberType),
  EVSENominalFrequency: RationalNumberType,
  MaximumPowerAsymmetry: optional(RationalNumberType),
  EVSEPowerRampLimitation: optional(RationalNumberType),
  ...perPhase('EVSEPresentActivePower', optional(RationalNumberType)),
});
export const AC_CPDResEnergyTransferMode = ac.element('AC_CPDResEnergyTransferMode', AC_CPDResEnergyTransferModeType);
export const BPT_AC_CPDResEnergyTransferMode = ac.element(
  'BPT_AC_CPDResEnergyTransferMode',
  ac.extension(AC_CPDResEnergyTransferModeType, 'BPT_AC_CPDResEnergyTransferModeType', {
    ...perPhase('EVSEMaximumDischargePower', RationalNumberType),
    ...perPhase('EVSEMinimumDischargePower', RationalNumberType),
  }),
);
export const anyCPDResEnergyTransferMode = substitutionGroup(
  AC_CPDResEnergyTransferMode,
  BPT_AC_CPDResEnergyTransferMode,
);

/* Charge loop */

export const Scheduled_AC_CLReqControlModeType = ac.extension(Scheduled_CLReqControlModeType, 'Scheduled_AC_CLReqControlModeType', {
  ...perPhase('EVMaximumChargePower', optional(RationalNumberType)),
  ...perPhase('EVMinimumChargePower', optional(RationalNumberType)),
  ...perPhase('EVPresentActivePower', RationalNumberType),
  ...perPhase('EVPresentReactivePower', optional(RationalNumberType)),
});
export const Scheduled_AC_CLReqControlMode = ac.element(
  'Scheduled_AC_CLReqControlMode',
  Scheduled_AC_CLReqControlModeType,
);
export const BPT_Scheduled_AC_CLReqControlMode = ac.element(
  'BPT_Scheduled_AC_CLReqControlMode',
  ac.extension(Scheduled_AC_CLReqControlModeType, 'BPT_Scheduled_AC_CLReqControlModeType', {
    ...perPhase('EVMaximumDischargePower', optional(RationalNumberType)),
    ...perPhase('EVMinimumDischargePower', optional(RationalNumberType)),
  }),
);
export const Dynamic_AC_CLReqControlModeType = ac.extension(Dynamic_CLReqControlModeType, 'Dynamic_AC_CLReqControlModeType', {
  ...perPhase('EVMaximumChargePower', RationalNumberType),
  ...perPhase('EVMinimumChargePower', RationalNumberType),
  ...perPhase('EVPresentActivePower', RationalNumberType),
  ...perPhase('EVPresentReactivePower', RationalNumberType),
});
export const Dynamic_AC_CLReqControlMode = ac.element('Dynamic_AC_CLReqControlMode', Dynamic_AC_CLReqControlModeType);
export const BPT_Dynamic_AC_CLReqControlMode = ac.element(
  'BPT_Dynamic_AC_CLReqControlMode',
  ac.extension(Dynamic_AC_CLReqControlModeType, 'BPT_Dynamic_AC_CLReqControlModeType', {
    ...perPhase('EVMaximumDischargePower', RationalNumberType),
    ...perPhase('EVMinimumDischargePower', RationalNumberType),
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
  ...perPhase('EVSETargetActivePower', optional(RationalNumberType)),
  ...perPhase('EVSETargetReactivePower', optional(RationalNumberType)),
  ...perPhase('EVSEPresentActivePower', optional(RationalNumberType)),
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
  ...perPhase('EVSETargetActivePower', RationalNumberType),
  ...perPhase('EVSETargetReactivePower', optional(RationalNumberType)),
  ...perPhase('EVSEPresentActivePower', optional(RationalNumberType)),
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
