import { app, din as dinCodec } from '@pilotwire/v2g-messages';
import { replay } from '@pilotwire/machine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameOf } from '../src/din.js';
import type { V2gMessage } from '../src/din.js';
import { evcc, idleEvcc } from '../src/evcc/evcc.js';
import type { EvccInput } from '../src/evcc/state.js';
import { chargerProfiles } from '../src/profiles/chargers.js';
import { idleSecc, secc } from '../src/secc/secc.js';
import type { SeccInput } from '../src/secc/state.js';
import { Car, responses, vehicle } from './car.js';
import { Charger, configOf } from './charger.js';
import { handshake, message, requests } from './requests.js';
import type { RequestKey } from './requests.js';

const settings = { seed: 70_121, numRuns: 1_500 } as const;

/** An input, or that many milliseconds. */
type Move<Input> = Input | number;
const waits = fc.oneof(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1_000, max: 70_000 }));
const power = [
  { kind: 'cableCheck.finished', isolation: 'valid' }, { kind: 'cableCheck.finished', isolation: 'fault' },
  { kind: 'cableCheck.finished', isolation: 'no-imd' }, { kind: 'preCharge.reached', voltage: 350 }, { kind: 'stopped' },
  { kind: 'released' }, { kind: 'fault', why: 'over-voltage' }, { kind: 'warning', what: 'pilot-late' },
  { kind: 'refused', request: 'cableCheck' }, { kind: 'refused', request: 'preCharge' }, { kind: 'refused', request: 'powerDelivery' },
] as const;
const toCharger = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom<SeccInput>({ kind: 'link.up', entropy: '1122334455667788' }, { kind: 'link.lost' }) },
  { weight: 2, arbitrary: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F').map((level): SeccInput => ({ kind: 'pilot', level: level as 'A' })) },
  { weight: 2, arbitrary: fc.constantFrom<SeccInput>({ kind: 'tcp.connected', connection: 2 }, { kind: 'tcp.closed', connection: 1 }, { kind: 'tcp.closed', connection: 2 }) },
  { weight: 1, arbitrary: fc.constantFrom<SeccInput>({ kind: 'sdp', security: 0, transport: 0 }, { kind: 'garbage', why: 'undecodable', detail: '' }) },
  { weight: 2, arbitrary: fc.constantFrom<SeccInput>({ kind: 'authorization', result: 'accepted' }, { kind: 'authorization', result: 'rejected' }, { kind: 'stop', by: 'operator' }, { kind: 'stop', by: 'latch' }, { kind: 'emergency' }) },
  { weight: 3, arbitrary: fc.constantFrom(...power).map((event): SeccInput => ({ kind: 'power', event })) },
  { weight: 12, arbitrary: fc.constantFrom(...(Object.keys(requests) as RequestKey[])).map((key): SeccInput => ({ kind: 'message', message: message(requests[key], '1122334455667788') })) },
  { weight: 1, arbitrary: fc.constantFrom<SeccInput>({ kind: 'message', message: handshake }, { kind: 'message', message: message({ SessionStopRes: { ResponseCode: 'OK' } }, '') }) },
);
const starts = fc.constantFrom<RequestKey | 'Negotiated'>(
  'Negotiated', 'ServicePaymentSelectionReq', 'ChargeParameterDiscoveryReq', 'CableCheckReq', 'PreChargeReq', 'PowerDeliveryReq(start)',
  'CurrentDemandReq', 'PowerDeliveryReq(stop)', 'SessionStopReq',
);

const typeOf = (sent: V2gMessage): string =>
  'V2G_Message' in sent ? (nameOf(sent.V2G_Message.Body) ?? '') : (Object.keys(sent)[0] ?? '');

describe('in any order', () => {
  test('the charger never throws, answers each request in its type, ends every session once, and switches off what it has switched on', () => {
    const reasons = new Map<string, number>();
    fc.assert(
      fc.property(starts, fc.constantFrom(...Object.values(chargerProfiles)), fc.array(fc.oneof(waits, toCharger), { maxLength: 40 }), (start, profile, moves: Move<SeccInput>[]) => {
        const config = configOf({ ...profile, delay: {}, ongoing: { authorization: 0, parameters: 0, cableCheck: 1 }, sessionId: { prefix: '', random: 8 } });
        const charger = new Charger(config).to(start);
        const owed: string[] = [];
        for (const move of moves) {
          const before = charger.run.log.length;
          if (typeof move === 'number') charger.wait(move);
          else charger.feed(move);
          const sent = charger.run.log.slice(before).flatMap(({ output }) => (output.kind === 'send' ? [output.message] : []));
          if (typeof move !== 'number' && move.kind === 'message') owed.push(typeOf(move.message).replace(/Req$/, 'Res'));
          for (const answer of sent) {
            expect(owed).toContain(typeOf(answer));
            if ('V2G_Message' in answer) dinCodec.check(answer);
            else app.check(answer);
          }
          if (sent.length > 0) owed.length = 0;
        }
        charger.feed({ kind: 'tcp.closed', connection: 1 }).wait(400_000);
        const { state } = charger.run;
        expect(['ended', 'unlinked']).toContain(state.at);
        expect(secc.deadline(state)).toBeUndefined();
        const links = charger.run.tape.filter(({ input }) => input.kind === 'link.up').length;
        expect(charger.outputs('end')).toHaveLength(links);
        const lastOn = charger.powers.findLastIndex(({ kind }) => kind !== 'release' && kind !== 'stop' && kind !== 'emergency');
        expect(lastOn < 0 || charger.powers.slice(lastOn + 1).some(({ kind }) => kind === 'release')).toBe(true);
        for (const { end } of charger.outputs('end')) reasons.set(end.reason, (reasons.get(end.reason) ?? 0) + 1);
        expect(replay(secc, idleSecc(config), charger.run.tape).log).toEqual(charger.run.log);
      }),
      settings,
    );
    console.log(`charger, seed ${settings.seed}: ${JSON.stringify(Object.fromEntries(reasons))}`);
    expect(reasons.size).toBeGreaterThan(12);
  });

  const toCar = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom<EvccInput>({ kind: 'link.up' }, { kind: 'link.lost' }, { kind: 'unplugged' }, { kind: 'stop' }, { kind: 'fault', code: 'FAILED_EVRESSMalfunction' }) },
    { weight: 1, arbitrary: fc.constantFrom<EvccInput>({ kind: 'tcp.connected' }, { kind: 'tcp.failed' }, { kind: 'tcp.closed' }, { kind: 'sdp', ip: '::1', port: 1, security: 16, transport: 0 }) },
    { weight: 1, arbitrary: fc.constantFrom<EvccInput>({ kind: 'garbage', why: 'skipped', detail: '' }, { kind: 'vehicle', vehicle: { ...vehicle, contactors: 'closed' } }, { kind: 'vehicle', vehicle: { ...vehicle, complete: true } }) },
    { weight: 3, arbitrary: fc.constantFrom(...Object.values(responses)).map((body): EvccInput => ({ kind: 'message', message: message(body, '01') })) },
  );
  /** The answer it waits for, bent in some ways. */
  const answers = fc.record(
    {
      ResponseCode: fc.constantFrom('OK', 'OK', 'OK', 'FAILED'),
      EVSEProcessing: fc.constantFrom('Ongoing', 'Finished'),
      EVSEStatusCode: fc.constantFrom('EVSE_Ready', 'EVSE_Ready', 'EVSE_Shutdown', 'EVSE_Malfunction', 'EVSE_EmergencyShutdown'),
    },
    { requiredKeys: [] },
  );
  const answer = (car: Car, bend: { ResponseCode?: string; EVSEProcessing?: string; EVSEStatusCode?: string }): void => {
    const key = car.waits?.replace(/Req.*/, 'Res');
    if (key === undefined) return;
    if (key === 'supportedAppProtocolRes') return void car.negotiated();
    const [content] = Object.values(responses[key as keyof typeof responses]);
    const { ResponseCode = 'OK', EVSEProcessing, EVSEStatusCode = 'EVSE_Ready' } = bend;
    car.answer({
      [key]: {
        ...content,
        ResponseCode,
        ...('DC_EVSEStatus' in content && { DC_EVSEStatus: { ...content.DC_EVSEStatus, EVSEStatusCode } }),
        ...('EVSEProcessing' in content && EVSEProcessing && { EVSEProcessing }),
      },
    } as never);
    if (ResponseCode === 'OK') car.obey();
  };
  const points = fc.constantFrom('supportedAppProtocolReq', 'SessionSetupReq', 'ContractAuthenticationReq', 'CableCheckReq', 'PreChargeReq', 'PowerDeliveryReq(start)', 'CurrentDemandReq', 'WeldingDetectionReq', 'SessionStopReq');

  test('the car never throws, sends what its schema allows, ends every session once, with its contactors open and its plug free', () => {
    const reasons = new Map<string, number>();
    fc.assert(
      fc.property(points, fc.array(fc.oneof(waits, toCar, { weight: 6, arbitrary: answers }), { maxLength: 40 }), (point, moves) => {
        const car = new Car().to(point as 'CableCheckReq');
        for (const move of moves) {
          if (typeof move === 'number') car.wait(move);
          else if ('kind' in move) car.feed(move);
          else answer(car, move);
        }
        car.wait(400_000);
        expect([car.run.state.at, evcc.deadline(car.run.state)]).toEqual(['ended', undefined]);
        for (const { message: sent } of car.outputs('send')) {
          if ('V2G_Message' in sent) dinCodec.check(sent);
          else app.check(sent);
        }
        for (const kind of ['contactors', 'lock'] as const) expect([undefined, 'open', 'unlocked']).toContain(car.outputs(kind).at(-1)?.set);
        expect([undefined, 'B']).toContain(car.outputs('pilot').at(-1)?.set);
        for (const { end } of car.outputs('end')) reasons.set(end.reason, (reasons.get(end.reason) ?? 0) + 1);
        expect(replay(evcc, idleEvcc(car.profile, vehicle), car.run.tape).log).toEqual(car.run.log);
      }),
      settings,
    );
    console.log(`car, seed ${settings.seed}: ${JSON.stringify(Object.fromEntries(reasons))}`);
    expect(reasons.size).toBeGreaterThan(10);
  });
});
