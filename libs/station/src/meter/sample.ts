import { list } from '../device-model/settings.js';
import type { VariableName } from '../device-model/variables.js';
import { both } from '../smart-charging/evaluate.js';
import { limitNow } from '../smart-charging/limit.js';
import { measurands } from '../model/values.js';
import type { EvseState } from '../model/evse.js';
import type { Measurand, MeterValue, SampleContext } from '../model/values.js';
import type { Turn } from '../turn.js';
import { wholeWh } from './register.js';

/** Measures what a variable lists, as far as it is known; undefined where nothing is. */
export function sample(turn: Turn, id: number, which: VariableName, context: SampleContext): MeterValue | undefined {
  const wanted = list(turn.state, which);
  const evse = turn.evse(id);
  const values = measurands
    .filter((measurand) => wanted.includes(measurand))
    .map((measurand) => ({ measurand, value: measure(turn, evse, measurand) }))
    .filter((one): one is { measurand: Measurand; value: number } => one.value !== undefined && Number.isFinite(one.value));
  return values.length === 0 ? undefined : { at: turn.at, context, values };
}

function measure(turn: Turn, evse: EvseState, measurand: Measurand): number | undefined {
  const { reading, register, needs } = evse;
  switch (measurand) {
    case 'Energy.Active.Import.Register':
      return wholeWh(register);
    case 'Power.Active.Import':
      return tenth(reading?.power);
    case 'Current.Import':
      return tenth(reading?.current);
    case 'Voltage':
      return tenth(reading?.voltage);
    case 'SoC':
      return tenth(reading?.soc ?? needs?.soc);
    case 'Temperature':
      return tenth(reading?.temperature);
    case 'Current.Offered':
      return tenth(limitNow(turn.state, evse.id, turn.now, both).amperes);
    case 'Power.Offered':
      return tenth(limitNow(turn.state, evse.id, turn.now, both).watts);
  }
}

const tenth = (value: number | undefined): number | undefined => (value === undefined ? undefined : Math.round(value * 10) / 10);
