/** What a charging profile is for: the first three limit whatever the fourth and fifth ask for. */
export type Purpose = 'station-max' | 'external' | 'tx-default' | 'tx';
export type RateUnit = 'W' | 'A';

export interface Period {
  /** Seconds from the start of the schedule. */
  readonly start: number;
  /** In the unit of the schedule. */
  readonly limit: number;
  readonly phases?: number | undefined;
}
export interface Schedule {
  readonly id?: number | undefined;
  readonly unit: RateUnit;
  /** Milliseconds since 1970. */
  readonly start?: number | undefined;
  /** Seconds; without it, to the end. */
  readonly duration?: number | undefined;
  readonly minRate?: number | undefined;
  /** The first at 0, in the order of time, at least one. */
  readonly periods: readonly Period[];
}
export interface Profile {
  readonly id: number;
  /** 0: the whole station. */
  readonly evse: number;
  readonly stackLevel: number;
  readonly purpose: Purpose;
  readonly kind: 'absolute' | 'recurring' | 'relative';
  readonly recurrency?: 'daily' | 'weekly' | undefined;
  readonly validFrom?: number | undefined;
  readonly validTo?: number | undefined;
  readonly transaction?: string | undefined;
  readonly schedules: readonly [Schedule, ...Schedule[]];
}

/** What an outlet may deliver in a stretch of time: the least of what the profiles and its own limits say. */
export interface Limit {
  readonly watts: number;
  readonly amperes: number;
}
