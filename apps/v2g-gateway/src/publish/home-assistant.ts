import type { Bus } from '@pilotwire/bus';
import { homeAssistantDevice, homeAssistantLimit, homeAssistantState, homeAssistantStatus, homeAssistantStop } from '@pilotwire/contracts';
import type { PayloadOf } from '@pilotwire/contracts';
import { ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';

export interface HomeAssistantOptions {
  readonly bus: Pick<Bus, 'publish' | 'subscribe'>;
  readonly outlet: { readonly station: string; readonly evse: number };
  /** Of this process at the broker: while it is offline, so is the device. */
  readonly instance: string;
  readonly version: string;
  readonly time: Timeline;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** The most that the charger can give. */
  readonly maxPower: number;
  readonly look: () => Omit<PayloadOf<typeof homeAssistantState>, 'ts'>;
  readonly stop: () => void;
  readonly limit: (maxW: number) => void;
  readonly failed: (error: unknown) => void;
}

const period = ms(5_000);

/** An outlet as a device of Home Assistant: seen every 5 s where something changed, stopped and limited from there. */
export class HomeAssistant {
  readonly #options: HomeAssistantOptions;
  #told = '';
  #stopped = false;

  constructor(options: HomeAssistantOptions) {
    this.#options = options;
  }

  /** Resolves once the broker has been asked, or there is none. */
  async open(): Promise<void> {
    const { bus, outlet, stop, limit } = this.#options;
    this.#introduce();
    this.#look();
    await Promise.all([
      // It forgets what it was told when it starts.
      bus.subscribe(homeAssistantStatus, {}, (word) => {
        if (word === 'online') this.#introduce();
      }),
      bus.subscribe(homeAssistantStop, outlet, () => stop()),
      bus.subscribe(homeAssistantLimit, outlet, (maxW) => limit(maxW)),
    ]);
  }

  close(): void {
    this.#stopped = true;
  }

  #introduce(): void {
    if (this.#stopped) return;
    const { bus, failed } = this.#options;
    const device = this.#device();
    bus.publish(homeAssistantDevice, { device: device.dev.ids[0] as string }, device).catch(failed);
    this.#told = '';
  }

  #look(): void {
    if (this.#stopped) return;
    const { bus, outlet, time, wallClock, look, failed } = this.#options;
    const seen = look();
    const text = JSON.stringify(seen);
    if (text !== this.#told) {
      this.#told = text;
      bus.publish(homeAssistantState, outlet, { ts: new Date(wallClock()).toISOString(), ...seen }).catch(failed);
    }
    time.schedule(() => this.#look(), period);
  }

  #device(): PayloadOf<typeof homeAssistantDevice> {
    const { outlet: { station, evse }, instance, version, maxPower } = this.#options;
    // Its names know no dots, and a level of ours 48 characters.
    const id = `pilotwire_${station.replaceAll('.', '-').slice(0, 33)}_${evse}`;
    const base = `pilotwire/v1/${station}/evse/${evse}/ha`;
    const shown = (field: string) => ({ uniq_id: `${id}_${field}`, stat_t: `${base}/state`, val_tpl: `{{ value_json.${field} }}` });
    return {
      dev: { ids: [id], name: `${station} ${evse}`, mf: 'Pilotwire', mdl: 'EVSE', sw: version },
      o: { name: 'pilotwire', sw: version },
      avty: [{ t: `pilotwire/v1/svc/v2g-gateway/${instance}/status`, val_tpl: '{{ value_json.state }}' }],
      cmps: {
        power: { p: 'sensor', name: 'Power', dev_cla: 'power', stat_cla: 'measurement', unit_of_meas: 'W', ...shown('power') },
        energy: { p: 'sensor', name: 'Energy of this session', dev_cla: 'energy', stat_cla: 'total_increasing', unit_of_meas: 'Wh', ...shown('energyWh') },
        soc: { p: 'sensor', name: 'State of charge', dev_cla: 'battery', stat_cla: 'measurement', unit_of_meas: '%', ...shown('soc') },
        plugged: { p: 'binary_sensor', name: 'Plugged in', dev_cla: 'plug', ...shown('plugged') },
        fault: { p: 'binary_sensor', name: 'Fault', dev_cla: 'problem', ...shown('fault') },
        stop: { p: 'button', name: 'Stop', uniq_id: `${id}_stop`, cmd_t: `${base}/stop/set`, payload_press: '"stop"' },
        limit: { p: 'number', name: 'Limit', ...shown('limitW'), dev_cla: 'power', unit_of_meas: 'W', cmd_t: `${base}/limit/set`, min: 0, max: maxPower, step: 100, mode: 'box' },
      },
    };
  }
}
