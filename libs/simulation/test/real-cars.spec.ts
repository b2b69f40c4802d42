import { simulate } from '@pilotwire/machine';
import { chargerProfiles, DinStream, idleSecc, secc } from '@pilotwire/v2g-session';
import { EXI_MESSAGE, writeFrame } from '@pilotwire/v2gtp';
import { describe, expect, test } from 'vitest';
import { sharedPath } from '../../../tools/shared.js';
import { codesOf, isRequest, processingOf, replayCar, replayCharger, typeOf } from '../src/index.js';
import type { CarReplay, Exchange } from '../src/index.js';
import { handshakesOnly, recordedSessions } from './recordings.js';
import type { Named } from './recordings.js';

const captures = sharedPath('captures');
const sessions = captures === undefined ? [] : recordedSessions(captures);

const replays = new Map(sessions.map(({ name, session }) => [name, replayCar(session)]));
const atOurCharger = ({ name }: Named): CarReplay => replays.get(name) as CarReplay;

/** Where our charger does not say OK to a recorded car, and why that is right. */
const refusals: Readonly<Record<string, { readonly refused: readonly string[]; readonly why: string }>> = {
  ABB: {
    refused: ['ChargeParameterDiscoveryReq FAILED_SequenceError'],
    why: 'the car skipped ContractAuthentication',
  },
  '2022-12-20': {
    refused: ['CurrentDemandReq FAILED_SequenceError', 'CurrentDemandReq FAILED_SequenceError'],
    why: 'the PowerDeliveryReq before had not asked for power',
  },
  'westpark 1': {
    refused: ['CableCheckReq FAILED'],
    why: 'the recorded isolation test failed, and so does ours',
  },
};

/** What was answered other than OK: request and response code. */
const refusedOf = ({ exchanges }: CarReplay): string[] => exchanges.flatMap(({ request, answer }) => {
  const code = answer === undefined ? 'nothing' : codesOf(answer).split(' ')[0] as string;
  return code.startsWith('OK') ? [] : [`${request.type} ${code}`];
});

const codes = ({ answer }: Exchange): string => (answer === undefined ? 'nothing' : codesOf(answer));
const compressed = (types: readonly string[]): string[] => types.filter((type, i) => type !== types[i - 1]);

describe.skipIf(captures === undefined)('real cars at our charger', () => {
  test.each(sessions)('$name: every request is answered as is due, OK where nothing stands against it', (named) => {
    const replayed = atOurCharger(named);
    expect(replayed.exchanges.filter(({ verdict }) => verdict === 'unexpected')).toEqual([]);
    expect(replayed.exchanges.map(({ answer }) => answer && typeOf(answer))).toEqual(
      named.session.filter(isRequest).map(({ type }) => type.replace(/Req$/, 'Res')),
    );
    expect(refusedOf(replayed)).toEqual(refusals[named.name]?.refused ?? []);
  });

  test.each(sessions)('$name: processing is Finished exactly where the real car moved on', (named) => {
    const { exchanges } = atOurCharger(named);
    const kinds = ['ContractAuthenticationReq', 'ChargeParameterDiscoveryReq', 'CableCheckReq'];
    const moved = exchanges.flatMap(({ request, answer }, i) => {
      const next = exchanges[i + 1]?.request.type;
      if (answer === undefined || !kinds.includes(request.type) || next === undefined || codesOf(answer).includes('FAILED')) return [];
      return [[processingOf(answer) === 'Finished', next !== request.type]];
    });
    expect(moved.filter(([finished, movedOn]) => finished !== movedOn)).toEqual([]);
    if (named.name !== 'ABB' && named.name !== 'Compleo 1') expect(moved.length).toBeGreaterThan(1);
  });

  test.each(sessions)('$name: the last PreChargeRes is within 20 V of its target', (named) => {
    const last = atOurCharger(named).exchanges.findLast(({ request }) => request.type === 'PreChargeReq');
    const [asked, said] = [last?.request.message, last?.answer].map((one) => one && 'V2G_Message' in one ? one.V2G_Message.Body : undefined);
    const [wanted, given] = [asked?.PreChargeReq?.EVTargetVoltage, said?.PreChargeRes?.EVSEPresentVoltage];
    const without = ['ABB', 'Compleo 1', 'westpark 1'].includes(named.name);
    expect(given === undefined).toBe(without);
    const volts = (one: typeof given): number => (one === undefined ? 0 : one.Value * 10 ** one.Multiplier);
    expect(Math.abs(volts(given) - volts(wanted))).toBeLessThanOrEqual(20);
  });

  test('three connections of a car that only wants to shake hands: answered, on one link', () => {
    const limits = { minVoltage: 150, maxVoltage: 1_000, minCurrent: 0, maxCurrent: 400, maxPower: 150_000, peakCurrentRipple: 1 };
    const run = simulate(secc, idleSecc({ profile: chargerProfiles.default, address: { ip: 'fe80::1', port: 55_000 }, limits, withoutIsolationMonitor: false }));
    run.feed({ kind: 'link.up', entropy: '1122334455667788' });
    let before: number | undefined;
    for (const [connection, [request]] of handshakesOnly(captures as string).entries()) {
      if (request === undefined) throw new Error('nothing was recorded');
      run.advance(before === undefined ? 0 : request.at - before);
      run.feed({ kind: 'tcp.connected', connection });
      for (const input of new DinStream().push(writeFrame(EXI_MESSAGE, request.payload))) run.feed(input);
      run.feed({ kind: 'tcp.closed', connection });
      before = request.at;
    }
    const told = <Kind extends string>(kind: Kind) => run.log.flatMap(({ output }) => (output.kind === kind ? [output] : []));
    const message = { supportedAppProtocolRes: { ResponseCode: 'OK_SuccessfulNegotiation', SchemaID: 1 } };
    expect(told('send')).toEqual([1, 2, 3].map(() => ({ kind: 'send', message })));
    run.advance(20_000);
    expect(told('end')).toMatchObject([{ end: { reason: 'communication-setup-timeout', phase: 'Linked' } }]);
  });

  test('a line a session', async () => {
    const lines = sessions.map((named) => {
      const replayed = atOurCharger(named);
      const { exchanges, end } = replayed;
      const answered = exchanges.filter(({ answer }) => answer !== undefined).length;
      const different = exchanges.findIndex((exchange) => exchange.recorded !== undefined && codesOf(exchange.recorded.message) !== codes(exchange));
      const first = exchanges[different];
      const theirs = first?.recorded && `${first.recorded.type} ${codesOf(first.recorded.message)}`;
      const difference = first === undefined ? 'none' : `#${different + 1} ${theirs} -> ${codes(first)}`;
      const refused = refusedOf(replayed);
      const refusal = refused.length === 0 ? '' : `; refused ${refused.join(', ')}: ${refusals[named.name]?.why ?? 'nobody knows why'}`;
      return `${named.name}: ${answered} of ${exchanges.length} answered${refusal}; first difference ${difference}; end ${end?.phase}, ${end?.reason} by ${end?.by}`;
    });
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('real-cars-at-our-charger.txt');
  });
});

describe.skipIf(captures === undefined)('our car at real chargers', () => {
  test.each(sessions)('$name: asks what the real car asked, as long as there are answers', ({ name, session }) => {
    const { questions, unanswered } = replayCharger(session);
    const theirs = compressed(session.filter(isRequest).map(({ type }) => type));
    const ours = compressed(questions.map(({ request }) => typeOf(request)));
    const common = ours.findIndex((type, i) => type !== theirs[i]);
    expect(common === -1 ? ours.length : common).toBeGreaterThanOrEqual(Math.min(4, theirs.length));
    if (name === 'ABB') expect(unanswered).toBe('ContractAuthenticationReq');
  });

  test('a line a session', async () => {
    const lines = sessions.map(({ name, session }) => {
      const { questions, unanswered, end } = replayCharger(session);
      const different = questions.findIndex(({ request, recorded }) => typeOf(request) !== recorded?.type);
      const other = questions[different];
      const difference = other === undefined ? 'none' : `#${different + 1} ${other.recorded?.type ?? 'nothing'} -> ${typeOf(other.request)}`;
      const answered = questions.filter(({ answer }) => answer !== undefined).length;
      const stopped = unanswered === undefined ? '' : `no answer recorded to ${unanswered}, `;
      return `${name}: ${answered} of ${questions.length} answered; first difference ${difference}; end ${stopped}${end?.phase}, ${end?.reason}${end?.detail === undefined ? '' : ` (${end.detail})`}`;
    });
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('our-car-at-real-chargers.txt');
  });
});
