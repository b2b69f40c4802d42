import { join } from 'node:path';
import type { Bus } from '@pilotwire/bus';
import { memoryFolder } from '@pilotwire/journal';
import { Random } from '@pilotwire/machine';
import { openBridge, openLogs, realLines } from '@pilotwire/ocpp-bridge';
import type { Bridge, StationDriver } from '@pilotwire/ocpp-bridge';
import { openCertificates } from '@pilotwire/ocpp-transport';
import { liveTimeline } from '@pilotwire/runtime';
import type { LogStatus, Protocol } from '@pilotwire/station';
import { settingsOf } from '../../../ocpp-bridge/test/site.js';
import type { Day } from './day.js';

export interface BridgeSetup {
  readonly day: Day;
  readonly station: string;
  readonly protocol: Protocol;
  readonly evses: number;
  /** Variables of the device model. */
  readonly variables: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly certificates: boolean;
  readonly url: string;
  readonly place: string;
  /** The operator's, for updates. */
  readonly program?: string;
}

interface LivingSetup extends BridgeSetup {
  readonly connect: (given: { service: 'ocpp-bridge'; instance: string; stations: readonly string[] }) => Promise<Bus>;
}

/** A CSMS that was away is called again at once. */
export const quick = 'OCPPCommCtrlr.RetryBackOffWaitMinimum=1; OCPPCommCtrlr.RetryBackOffRepeatTimes=0; OCPPCommCtrlr.RetryBackOffRandomRange=0';

/** The bridge of one station, that ends and begins again. */
export class LivingBridge {
  readonly uploads: ((status: LogStatus) => void)[] = [];
  readonly lines: string[] = [];
  readonly #setup: LivingSetup;
  readonly #folder = memoryFolder();
  readonly #random: Random;
  #life: { readonly bridge: Bridge; readonly end: () => Promise<void> } | undefined;

  constructor(setup: LivingSetup) {
    this.#setup = setup;
    this.#random = new Random(setup.station);
  }

  get driver(): StationDriver {
    return this.#life?.bridge.units.get(this.#setup.station)?.driver as StationDriver;
  }

  async start(): Promise<void> {
    const { day: { clock, utc }, station, protocol, evses, variables, settings: more, program, certificates, url, place, connect } = this.#setup;
    const time = liveTimeline(clock, () => undefined);
    const bus = await connect({ service: 'ocpp-bridge', instance: station, stations: [station] });
    await bus.whenConnected();
    const profile = protocol === 'ocpp1.6' ? {} : { 'ocpp.securityProfile': '1', 'ocpp.password': 'sixteen-letters-' };
    const settings = settingsOf({
      station, 'ocpp.url': url, 'ocpp.protocols': protocol, 'ocpp.evses': evses, authorization: 'require', ...profile, 'ocpp.variables': `${quick}; ${variables}`, ...more,
      ...(program !== undefined && { 'ocpp.firmwareCommand': program }),
    });
    const store = certificates ? await openCertificates(join(place, 'certificates'), { maxLength: 5 }) : undefined;
    const say = (line: string): void => void this.lines.push(line);
    const logs = await openLogs(settings, () => Promise.resolve(this.#folder), say);
    const bridge = openBridge({
      settings, version: '0', bus, clock, time, wallClock: utc, entropy: (length) => this.#random.bytes(length), openLine: realLines(settings, { clock, random: () => this.#random.next() }, () => ({})),
      log: { debug: () => undefined, info: say, warn: say, error: say },
      upload: (_, __, status) => {
        this.uploads.push(status);
        return () => undefined;
      },
      ...(store !== undefined && { certificates: new Map([[station, store]]) }),
    }, logs);
    await bridge.opened;
    this.#life = {
      bridge,
      end: async () => {
        await bridge.close();
        time.stop();
        await bus.close();
      },
    };
  }

  async end(): Promise<void> {
    await this.#life?.end();
    this.#life = undefined;
  }
}
