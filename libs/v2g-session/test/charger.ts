import { simulate } from '@pilotwire/machine';
import type { DinBody, DinMessage, DinMessageName } from '@pilotwire/v2g-messages';
import { chargerProfiles } from '../src/profiles/chargers.js';
import type { ChargerProfile } from '../src/profiles/chargers.js';
import type { PowerEvent, PowerRequest } from '../src/secc/power.js';
import { idleSecc, secc } from '../src/secc/secc.js';
import type { SeccConfig, SeccInput, SeccOutput } from '../src/secc/state.js';
import { handshake, message, requests } from './requests.js';
import type { RequestKey } from './requests.js';

export const limits = {
  minVoltage: 150,
  maxVoltage: 500,
  minCurrent: 0,
  maxCurrent: 200,
  maxPower: 50_000,
  peakCurrentRipple: 1,
} as const;

export const configOf = (profile: ChargerProfile = chargerProfiles.default, more: Partial<SeccConfig> = {}): SeccConfig => ({
  profile,
  address: { ip: 'fe80::1', port: 55_000 },
  limits,
  withoutIsolationMonitor: false,
  ...more,
});

type Kind = SeccOutput['kind'];

/** A charger with a car at its plug that says what a test tells it to, and a power path that obeys at once. */
export class Charger {
  readonly run;
  /** Power requests are answered by a path that does as it is told; a test may take that over. */
  power: (request: PowerRequest) => PowerEvent[] = (request) => {
    const limited = { voltage: false, current: false, power: false };
    const measured = (voltage: number, current: number): PowerEvent =>
      ({ kind: 'measured', at: this.run.now, voltage, current, limited });
    switch (request.kind) {
      case 'cableCheck':
        return [{ kind: 'cableCheck.finished', isolation: 'valid' }];
      case 'preCharge':
        return [measured(request.voltage, 0), { kind: 'preCharge.reached', voltage: request.voltage }];
      case 'demand':
        return [measured(request.voltage, request.current)];
      case 'stop':
        return [measured(0, 0), { kind: 'stopped' }];
      default:
        return [];
    }
  };
  #told = 0;

  constructor(config: SeccConfig = configOf()) {
    this.run = simulate(secc, idleSecc(config));
  }

  feed(input: SeccInput): this {
    this.run.feed(input);
    this.#serve();
    return this;
  }

  wait(ms: number): this {
    this.run.advance(ms);
    this.#serve();
    return this;
  }

  #serve(): void {
    for (; this.#told < this.run.log.length; this.#told++) {
      const output = this.run.log[this.#told]?.output;
      if (output?.kind !== 'power') continue;
      for (const event of this.power(output.request)) this.run.feed({ kind: 'power', event });
    }
  }

  outputs<K extends Kind>(kind: K): Extract<SeccOutput, { kind: K }>[] {
    return this.run.log.flatMap(({ output }) => (output.kind === kind ? [output as Extract<SeccOutput, { kind: K }>] : []));
  }

  when(kind: Kind): number[] {
    return this.run.log.flatMap(({ at, output }) => (output.kind === kind ? [at] : []));
  }

  get warnings() {
    return this.outputs('warning').map(({ what }) => what);
  }

  get powers() {
    return this.outputs('power').map(({ request }) => request);
  }

  get end() {
    return this.outputs('end').at(-1)?.end;
  }

  /** The id in the charger's answers. */
  get id(): string {
    const { state } = this.run;
    return state.at === 'session' ? state.id : state.at === 'closing' ? state.session.id : '';
  }

  get phase(): string {
    const { state } = this.run;
    return state.at === 'session' ? state.phase : state.at;
  }

  connect(): this {
    this.feed({ kind: 'link.up', entropy: '1122334455667788' });
    this.feed({ kind: 'pilot', level: 'B' });
    return this.feed({ kind: 'tcp.connected', connection: 1 });
  }

  /** Sends a request, and gives all that the charger sent since. */
  ask(body: DinBody, id = this.id): DinMessage[] {
    const before = this.outputs('send').length;
    this.feed({ kind: 'message', message: message(body, id) });
    return this.outputs('send').slice(before).map(({ message: sent }) => sent as DinMessage);
  }

  /** The answer's content, which must have come at once. */
  asked<N extends Extract<DinMessageName, `${string}Res`>>(name: N, body: DinBody, id?: string) {
    const [sent] = this.ask(body, id);
    const content = sent?.V2G_Message.Body[name];
    if (content === undefined) throw new Error(`no ${name}: ${JSON.stringify(sent)}`);
    return content as NonNullable<typeof content>;
  }

  /** Through the handshake and the requests that lead to a phase. */
  to(key: RequestKey | 'Negotiated'): this {
    this.connect().feed({ kind: 'message', message: handshake });
    if (key === 'Negotiated') return this;
    this.feed({ kind: 'authorization', result: 'accepted' });
    const path: RequestKey[] = [
      'SessionSetupReq', 'ServiceDiscoveryReq', 'ServicePaymentSelectionReq', 'ContractAuthenticationReq',
      'ChargeParameterDiscoveryReq', 'CableCheckReq', 'CableCheckReq', 'PreChargeReq', 'PowerDeliveryReq(start)',
      'CurrentDemandReq', 'PowerDeliveryReq(stop)', 'WeldingDetectionReq', 'SessionStopReq',
    ];
    for (const step of path.slice(0, path.lastIndexOf(key) + 1)) {
      if (step === 'CableCheckReq') this.feed({ kind: 'pilot', level: 'C' });
      if (this.ask(requests[step]).length !== 1) throw new Error(`${step} was not answered once`);
    }
    return this;
  }
}
