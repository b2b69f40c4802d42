/** A value as somebody gave it, before anybody has looked whether it is right. */
export interface Given {
  readonly key: string;
  readonly value: unknown;
  /** For a person: `pilotwire.yaml:3`, `PILOTWIRE_EVSE`, `--evse`. */
  readonly where: string;
}

const prefix = 'PILOTWIRE_';
/** Variables of that prefix which are no settings. */
const others: readonly string[] = ['PILOTWIRE_CONFIG', 'PILOTWIRE_SHARED', 'PILOTWIRE_REPORTS', 'PILOTWIRE_EVERY_PHASE'];

/** `log.level` is `PILOTWIRE_LOG_LEVEL`, and `mqtt.caFile` would be `PILOTWIRE_MQTT_CA_FILE`. */
export const variableOf = (key: string): string => prefix + key.replace(/[A-Z]/g, (letter) => `_${letter}`).replaceAll('.', '_').toUpperCase();

/** What the environment sets. A variable that names no key is given as it is, to be refused with the nearest. */
export function fromEnvironment(env: Readonly<Record<string, string | undefined>>, keys: readonly string[]): Given[] {
  const known = new Map(keys.map((key) => [variableOf(key), key]));
  return Object.entries(env).flatMap(([name, value]) => {
    // An empty variable is how a compose file says that there is none.
    if (!name.startsWith(prefix) || others.includes(name) || value === undefined || value === '') return [];
    return [{ key: known.get(name) ?? name, value, where: name }];
  });
}
