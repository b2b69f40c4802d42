import { simulate } from '@pilotwire/machine';
import type { DinBody, DinMessage } from '@pilotwire/v2g-messages';
import { sdpSecurity, sdpTransport } from '@pilotwire/v2gtp';
import { nameOf } from '../src/din.js';
import { evcc, idleEvcc } from '../src/evcc/evcc.js';
import type { EvccInput, EvccOutput, EvRequest, Vehicle } from '../src/evcc/state.js';
import { carProfiles } from '../src/profiles/cars.js';
import type { CarProfile } from '../src/profiles/cars.js';
import { message } from './requests.js';

export const vehicle: Vehicle = {
  soc: 42.7,
  batteryVoltage: 350,
  targetVoltage: 400,
  targetCurrent: 100,
  contactors: 'open',
  complete: false,
  bulkComplete: false,
  remainingToFull: 1_800,
  remainingToBulk: 900,
};

const id = '0102030405060708';
const status = (EVSEStatusCode = 'EVSE_Ready' as const) =>
  ({ EVSEIsolationStatus: 'Valid', EVSEStatusCode, NotificationMaxDelay: 0, EVSENotification: 'None' }) as const;
const v = (Value: number) => ({ Multiplier: 0, Unit: 'V', Value }) as const;
const a = (Value: number) => ({ Multiplier: 0, Unit: 'A', Value }) as const;

/** One good response of every name this car may get. */
export const responses = {
  SessionSetupRes: { SessionSetupRes: { ResponseCode: 'OK_NewSessionEstablished', EVSEID: '00' } },
  ServiceDiscoveryRes: {
    ServiceDiscoveryRes: {
      ResponseCode: 'OK',
      PaymentOptions: { PaymentOption: ['ExternalPayment'] },
      ChargeService: { ServiceTag: { ServiceID: 4_660, ServiceCategory: 'EVCharging' }, FreeService: true, EnergyTransferType: 'DC_extended' },
    },
  },
  ServicePaymentSelectionRes: { ServicePaymentSelectionRes: { ResponseCode: 'OK' } },
  ContractAuthenticationRes: { ContractAuthenticationRes: { ResponseCode: 'OK', EVSEProcessing: 'Finished' } },
  ChargeParameterDiscoveryRes: {
    ChargeParameterDiscoveryRes: {
      ResponseCode: 'OK',
      EVSEProcessing: 'Finished',
      SASchedules: {},
      DC_EVSEChargeParameter: {
        DC_EVSEStatus: status(),
        EVSEMaximumCurrentLimit: a(200),
        EVSEMaximumVoltageLimit: v(500),
        EVSEMinimumCurrentLimit: a(0),
        EVSEMinimumVoltageLimit: v(150),
        EVSEPeakCurrentRipple: a(1),
      },
    },
  },
  CableCheckRes: { CableCheckRes: { ResponseCode: 'OK', EVSEProcessing: 'Finished', DC_EVSEStatus: status() } },
  PreChargeRes: { PreChargeRes: { ResponseCode: 'OK', DC_EVSEStatus: status(), EVSEPresentVoltage: v(345) } },
  PowerDeliveryRes: { PowerDeliveryRes: { ResponseCode: 'OK', DC_EVSEStatus: status() } },
  CurrentDemandRes: {
    CurrentDemandRes: {
      ResponseCode: 'OK',
      DC_EVSEStatus: status(),
      EVSEPresentVoltage: v(360),
      EVSEPresentCurrent: a(98),
      EVSECurrentLimitAchieved: false,
      EVSEVoltageLimitAchieved: false,
      EVSEPowerLimitAchieved: false,
    },
  },
  WeldingDetectionRes: { WeldingDetectionRes: { ResponseCode: 'OK', DC_EVSEStatus: status(), EVSEPresentVoltage: v(10) } },
  SessionStopRes: { SessionStopRes: { ResponseCode: 'OK' } },
} as const satisfies Readonly<Record<string, DinBody>>;
export type ResponseKey = keyof typeof responses;

export const quick: CarProfile = { ...carProfiles.default, think: { others: 0 as CarProfile['linkToSdp'] }, linkToSdp: 0 as CarProfile['linkToSdp'] };

/** A car at a charger that says what a test tells it to. */
export class Car {
  readonly run;
  readonly profile: CarProfile;

  constructor(profile: CarProfile = quick, start: Vehicle = vehicle) {
    this.profile = profile;
    this.run = simulate(evcc, idleEvcc(profile, start));
  }

  feed(input: EvccInput): this {
    this.run.feed(input);
    return this;
  }

  wait(ms: number): this {
    this.run.advance(ms);
    return this;
  }

  outputs<K extends EvccOutput['kind']>(kind: K): Extract<EvccOutput, { kind: K }>[] {
    return this.run.log.flatMap(({ output }) => (output.kind === kind ? [output as Extract<EvccOutput, { kind: K }>] : []));
  }

  when(kind: EvccOutput['kind']): number[] {
    return this.run.log.flatMap(({ at, output }) => (output.kind === kind ? [at] : []));
  }

  get end() {
    return this.outputs('end').at(-1)?.end;
  }

  get warnings() {
    return this.outputs('warning').map(({ what }) => what);
  }

  /** The DIN message that was sent last. */
  get sent(): DinMessage | undefined {
    const last = this.outputs('send').at(-1)?.message;
    return last !== undefined && 'V2G_Message' in last ? last : undefined;
  }

  get asked(): string | undefined {
    return this.sent && nameOf(this.sent.V2G_Message.Body);
  }

  /** What it waits for an answer to; undefined where it waits for none. */
  get waits(): EvRequest | undefined {
    const { state } = this.run;
    return state.at === 'dialogue' && state.turn.kind === 'waiting' ? state.turn.request : undefined;
  }

  connect(): this {
    this.feed({ kind: 'link.up' }).wait(0);
    this.feed({ kind: 'sdp', ip: 'fe80::1', port: 51_111, security: sdpSecurity.none, transport: sdpTransport.tcp });
    return this.feed({ kind: 'tcp.connected' });
  }

  negotiated(SchemaID = 1): this {
    return this.feed({ kind: 'message', message: { supportedAppProtocolRes: { ResponseCode: 'OK_SuccessfulNegotiation', SchemaID } } });
  }

  answer(body: DinBody, sessionId = id): this {
    return this.feed({ kind: 'message', message: message(body, sessionId) });
  }

  /** Contactors do as they are told. */
  obey(): this {
    const told = this.outputs('contactors').at(-1)?.set;
    const { state } = this.run;
    if (told !== undefined && told !== state.vehicle.contactors) {
      this.feed({ kind: 'vehicle', vehicle: { ...state.vehicle, contactors: told } });
    }
    return this;
  }

  /** Through good answers to the point where it waits for the answer to a request. */
  to(request: EvRequest): this {
    this.connect();
    if (request === 'supportedAppProtocolReq') return this;
    this.negotiated();
    for (let i = 0; this.waits !== request; i++) {
      if (i > 20 || this.waits === undefined) throw new Error(`waits for ${this.waits}, never for ${request}`);
      if (this.waits === 'CurrentDemandReq') this.feed({ kind: 'stop' });
      this.answer(responses[this.waits.replace(/Req.*/, 'Res') as ResponseKey]).obey();
    }
    return this;
  }
}
