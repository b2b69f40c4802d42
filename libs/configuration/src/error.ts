/** One thing that is wrong with the configuration: where it stands, and what would be right. */
export interface Problem {
  /** `pilotwire.yaml:3`, `PILOTWIRE_EVSE`, `--evse`. */
  readonly where: string;
  readonly problem: string;
}

/** All that is wrong with it, so that a person mends it at one go. No value of a secret is in it. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ where, problem }) => `${where}: ${problem}`).join('\n'));
    this.problems = problems;
  }
}
