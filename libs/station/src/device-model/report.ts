import { isFaulted, wordOf } from '../connectors/status.js';
import type { ReportItem } from '../model/message.js';
import type { StationState } from '../model/state.js';
import { measurands } from '../model/values.js';
import { shown } from './model.js';
import { number } from './settings.js';
import { partsOf, variableNames, variableOf } from './variables.js';
import type { Turn } from '../turn.js';

export type ReportBase = 'ConfigurationInventory' | 'FullInventory' | 'SummaryInventory';

/** What the station is made of and how it stands: computed, never set. */
function facts(state: StationState): readonly ReportItem[] {
  const { configuration } = state;
  const fact = (component: string, variable: string, value: string | undefined, type = 'string', more: Partial<ReportItem> = {}): ReportItem => ({
    component, variable, value, type, access: 'ReadOnly', ...more,
  });
  const station = [
    fact('ChargingStation', 'AvailabilityState', state.durable.inoperative.includes(0) ? 'Unavailable' : 'Available', 'OptionList', {
      values: ['Available', 'Occupied', 'Reserved', 'Unavailable', 'Faulted'],
    }),
    fact('ChargingStation', 'Available', 'true', 'boolean'),
    fact('ChargingStation', 'Model', configuration.model),
    fact('ChargingStation', 'VendorName', configuration.vendor),
    fact('ChargingStation', 'SerialNumber', configuration.serialNumber),
    fact('ChargingStation', 'FirmwareVersion', configuration.firmwareVersion),
    fact('ChargingStation', 'SupplyPhases', '3', 'integer'),
    fact('LocalAuthListCtrlr', 'Available', 'true', 'boolean'),
    fact('LocalAuthListCtrlr', 'Entries', String(Object.keys(state.durable.list.entries).length), 'integer', { max: number(state, 'LocalAuthListCtrlr.MaxEntries') }),
    fact('AuthCacheCtrlr', 'Available', 'true', 'boolean'),
    fact('SampledDataCtrlr', 'Available', 'true', 'boolean'),
    fact('AlignedDataCtrlr', 'Available', 'true', 'boolean'),
    fact('SmartChargingCtrlr', 'Available', 'true', 'boolean'),
    fact('ReservationCtrlr', 'Available', 'true', 'boolean'),
    fact('MonitoringCtrlr', 'Available', 'false', 'boolean'),
  ];
  const outlets = state.evses.flatMap((one): readonly ReportItem[] => {
    const evse = { evse: one.id };
    const connector = { evse: one.id, connector: 1 };
    const word = wordOf(state, one);
    const configured = configuration.evses[one.id - 1];
    const availability = word === 'Available' || word === 'Reserved' || word === 'Unavailable' || word === 'Faulted' ? word : 'Occupied';
    return [
      fact('EVSE', 'AvailabilityState', availability, 'string', evse),
      fact('EVSE', 'Available', 'true', 'boolean', evse),
      fact('EVSE', 'Power', String(Math.round((configured?.maxWatts ?? 0) * 10) / 10), 'decimal', { ...evse, unit: 'W', max: configured?.maxWatts ?? 0 }),
      fact('EVSE', 'SupplyPhases', '0', 'integer', evse),
      fact('EVSE', 'Problem', String(isFaulted(one)), 'boolean', evse),
      fact('Connector', 'AvailabilityState', availability, 'string', connector),
      fact('Connector', 'Available', 'true', 'boolean', connector),
      fact('Connector', 'ConnectorType', configured?.connector, 'string', connector),
      fact('Connector', 'SupplyPhases', '0', 'integer', connector),
      fact('ConnectedEV', 'Available', String(one.plugged), 'boolean', evse),
      ...(one.evccid === undefined ? [] : [fact('ConnectedEV', 'VehicleId', one.evccid, 'string', evse)]),
    ];
  });
  return [...station, ...outlets].filter(({ value }) => value !== undefined);
}

const settings = (state: StationState): readonly ReportItem[] =>
  variableNames.map((name) => {
    const { type, access, unit, min, max, values } = variableOf(name);
    return {
      ...partsOf(name), value: shown(state, name), access, type, unit, min: type === 'integer' ? min : undefined, max,
      values: values === measurands ? measurands : values,
    };
  });

/** All there is to report. */
export const inventory = (state: StationState): readonly ReportItem[] => [...settings(state), ...facts(state)];

/** The lines of a base report (2.0.1 part 2, B07): all; what can be set; how the station stands. */
export function baseReport(state: StationState, base: ReportBase): readonly ReportItem[] {
  switch (base) {
    case 'FullInventory':
      return inventory(state);
    case 'ConfigurationInventory':
      return inventory(state).filter(({ access }) => access !== 'ReadOnly');
    case 'SummaryInventory':
      return facts(state).filter(({ variable }) => variable === 'AvailabilityState' || variable === 'Problem' || variable === 'Available');
  }
}

/** Sends a report in as many parts as it takes, numbered from 0. */
export function sendReport(turn: Turn, request: number, items: readonly ReportItem[]): void {
  const size = number(turn.state, 'DeviceDataCtrlr.ItemsPerMessage[GetReport]');
  for (let from = 0, seqNo = 0; from < items.length; from += size, seqNo++) {
    const more = from + size < items.length;
    turn.say({ kind: 'report', request, seqNo, more, at: turn.at, items: items.slice(from, from + size) }, true);
  }
}
