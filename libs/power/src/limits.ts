import { ms, seconds } from '@pilotwire/machine';

// Every number of the power path. "Field" means: as EVerest's EvseManager has it, which charges real cars. The texts of
// IEC 61851-23:2023 were not at hand: a clause names where a number is said to come from. Unsure: as marked.

/** Times that something may take. */
export const timing = {
  /** State C or D after the request for a cable check. ISO 15118-3 and -2 variants say 250 ms to 1.5 s. Unsure. */
  pilotExpected: ms(1_500),
  /** Then it is late but not yet wrong: cars differ. Unsure. */
  pilotAwaited: seconds(30),
  /** Without word of the pilot for this long, the power goes off. The pilot is reported every 20 ms. */
  pilotMaxAge: ms(60),
  /** Source and contactors let go where they have not been told again for so long. The ports say so. */
  hold: ms(80),
  /** They are told again after a quarter of that: a tick may be as late as the word of the pilot. */
  refresh: ms(20),
  /** Field: contactors to close. */
  contactorsClose: seconds(5),
  /** Unsure: contactors to open. */
  contactorsOpen: seconds(1),
  /** Below `limits.safeVoltage`, before the cable check and after it. Field. */
  discharge: seconds(10),
  /** IEC 61851-23:2023 CC.4.1; field. */
  isolationSelfTest: seconds(30),
  /** The test voltage must stand. Field. */
  testVoltage: seconds(10),
  /** Each sample of the isolation resistance. Field. */
  isolationSample: seconds(5),
  /** Isolation while charging. Unsure: two samples. */
  isolationMaxAge: seconds(10),
  /** The voltage must have been reached. DIN SPEC 70121 gives the whole of PreCharge 7 s. */
  preCharge: seconds(7),
  /**
   * How long the measured voltage stays within `limits.preChargeAim` before pre-charge has been reached. Ours: at one
   * reading each 100 ms that is three in a row, and a voltage that only passes by, as the 230 V a second of an
   * alpitronic do (seen: 0 to 353 V in 1.5 s), is within 10 V for 90 ms. With it that rise still ends before 2 s.
   */
  preChargeHold: ms(200),
  /** An older measurement is stale: the current goes down. Unsure. */
  measurementMaxAge: ms(500),
  /** A meter, a source or contactors that say nothing for this long end the charge. Unsure. */
  deviceLost: seconds(2),
  /** Above the car's maximum. Field (MREC 5). */
  overEvMaximum: ms(400),
  /** Source and meter disagree. Field. */
  voltageSpread: seconds(30),
  /** Ordinary stop: the current must have gone. Unsure. */
  currentGone: seconds(3),
  /** Contactors open 100 ms after an emergency at the latest: seeing it may take 40 ms, opening takes 30. Unsure. */
  emergencyOpen: ms(30),
  /** How long the path stays closed after a stop, for the car's welding detection. Unsure. */
  weldingDetection: seconds(30),
} as const;

/** Values that decide. Volts, amperes, ohms. */
export const limits = {
  /** A cable with less is discharged. IEC 61851-23. */
  safeVoltage: 60,
  /** Cable check and pre-charge, until PowerDelivery(start). IEC 61851-23. */
  preChargeCurrent: 2,
  /** The test voltage stands when it is this close. Field. */
  testVoltageTolerance: 10,
  /** Below, the isolation is at fault. IEC 61851-23:2023, which knows no warning any more. */
  isolationFault: 100_000,
  /** Samples of the isolation resistance in one cable check. Unsure. */
  isolationSamples: 3,
  /** Pre-charge aims at this. Unsure. */
  preChargeAim: 10,
  /** Pre-charge is no longer reached beyond this. ISO 15118 and IEC 61851-23: 20 V. */
  preChargeTolerance: 20,
  /** Contactors may open below this current. Unsure. */
  openCurrent: 5,
  /** How far above the car's maximum counts as above it: noise and regulation. Unsure. */
  evMaximumMargin: 5,
  /** How far apart source and meter may be. Field. */
  voltageSpread: 50,
  /** Amperes per second, upwards. Field. */
  ramp: 25,
} as const;

/**
 * Over-voltage: the voltage that ends a charge at once, by the negotiated maximum (the lower of the car's and ours).
 * IEC 61851-23:2023 as the field has it. Highest first.
 */
export const overVoltage: readonly { readonly above: number; readonly limit: number }[] = [
  { above: 1_000, limit: 1_375 },
  { above: 850, limit: 1_100 },
  { above: 750, limit: 935 },
  { above: 500, limit: 825 },
  { above: 0, limit: 550 },
];
