import { ConfigurationError } from '@pilotwire/configuration';
import type { Problem, Settings } from '@pilotwire/configuration';
import { protocols, variableNames } from '@pilotwire/station';
import type { Configuration, Protocol, VariableName } from '@pilotwire/station';

const listOf = (text: string): readonly string[] => text.split(',').map((one) => one.trim()).filter((one) => one !== '');

/** The stations that a process connects. Throws `ConfigurationError` where one is named twice. */
export function stationsOf(settings: Settings): readonly string[] {
  const stations = listOf(settings['ocpp.stations'] ?? settings.station);
  const twice = stations.find((one, i) => stations.indexOf(one) !== i);
  if (twice !== undefined) throw new ConfigurationError([{ where: 'ocpp.stations', problem: `ocpp.stations names ${twice} twice` }]);
  return stations;
}

/** What the CSMS calls a station. */
export const identityOf = (settings: Settings, station: string): string => settings['ocpp.identity'].replace('{station}', station);

export const protocolsOf = (settings: Settings): readonly Protocol[] => {
  const wanted = listOf(settings['ocpp.protocols']);
  return protocols.filter((one) => wanted.includes(one)).toSorted((a, b) => wanted.indexOf(a) - wanted.indexOf(b));
};

/** How a station is made. Throws `ConfigurationError` with all that is wrong with `ocpp.variables`. */
export function configurationOf(settings: Settings, version: string): Omit<Configuration, 'life'> {
  const {
    'ocpp.vendor': vendor, 'ocpp.model': model, 'ocpp.serialNumber': serialNumber, 'ocpp.evses': count, 'ocpp.connector': connector,
    'ocpp.nominalVoltage': nominalVoltage, 'ocpp.dataTransfer': vendors, 'charger.maxPower': maxWatts, 'charger.maxCurrent': maxAmperes,
  } = settings;
  return {
    vendor, model, ...(serialNumber !== undefined && { serialNumber }), firmwareVersion: version,
    // A DC cable is a part of the charger.
    evses: Array.from({ length: count }, () => ({ maxWatts, maxAmperes, nominalVoltage, connector, tethered: true })),
    variables: variablesOf(settings),
    ...(vendors !== undefined && { dataTransfer: listOf(vendors).map((vendorId) => ({ vendorId })) }),
  };
}

function variablesOf(settings: Settings): Readonly<Record<string, string>> {
  const problems: Problem[] = [];
  const wrong = (problem: string): void => void problems.push({ where: 'ocpp.variables', problem: `ocpp.variables: ${problem}` });
  const variables: Partial<Record<VariableName, string>> = {
    'SecurityCtrlr.SecurityProfile': String(settings['ocpp.securityProfile']),
    'PilotwireCtrlr.AutoChargeEnabled': String(settings['ocpp.autocharge'] === 'yes'),
    // Where the gateway lets everybody charge, nobody can be kept from it here.
    'AuthCtrlr.Enabled': String(settings.authorization === 'require'),
  };
  const given = (settings['ocpp.variables'] ?? '').split(';').map((one) => one.trim()).filter((one) => one !== '');
  for (const one of given) {
    const [name, value] = one.split(/ *= */, 2) as [string, string | undefined];
    const known = variableNames.find((variable) => variable.toLowerCase() === name.toLowerCase());
    if (value === undefined) wrong(`${one} needs a value: NAME=VALUE`);
    else if (known === undefined) wrong(`there is no variable ${name}; docs/reference/ocpp.md lists them`);
    else variables[known] = value;
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return variables as Readonly<Record<string, string>>;
}
