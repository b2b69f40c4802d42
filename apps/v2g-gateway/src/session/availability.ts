/** Whether an outlet may begin sessions: both must say so. */
export interface Availability {
  /** By a person's command. */
  readonly command: boolean;
  /** By the back office. */
  readonly office: boolean;
}

export const available: Availability = { command: true, office: true };
export const isAvailable = ({ command, office }: Availability): boolean => command && office;

/** Undefined for what is none. */
export function availabilityIn(json: unknown): Availability | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { command, office } = json as Readonly<Record<string, unknown>>;
  return typeof command === 'boolean' && typeof office === 'boolean' ? { command, office } : undefined;
}
