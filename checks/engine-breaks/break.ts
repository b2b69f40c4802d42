/** What is broken: in a copy of a source of `station`, one place says something else, and the test that is named sees it. */
export interface Break {
  /** The rule that the break is against. */
  readonly rule: string;
  /** A file of libs/station/src. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** A file of libs/station/test. */
  readonly spec: string;
  /** A part of the name of the test. */
  readonly test: string;
}

/** What came of a break: `red`, by an assertion of the test that is named; or what happened else. */
export type Outcome = string;
