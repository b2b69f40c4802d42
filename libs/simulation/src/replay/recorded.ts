import { isLegal, orderedRequest } from '@pilotwire/v2g-session';
import type { DinPhase, OrderedRequest, V2gMessage } from '@pilotwire/v2g-session';

/** One message of a recorded session. */
export interface RecordedMessage {
  /** Such as `PreChargeReq`. */
  readonly type: string;
  /** Milliseconds, from any origin. */
  readonly at: number;
  /** The EXI document, without V2GTP header. */
  readonly payload: Uint8Array;
  readonly message: V2gMessage;
}

/** What was said on one TCP connection, in order. */
export type RecordedSession = readonly RecordedMessage[];

export const isRequest = ({ type }: Pick<RecordedMessage, 'type'>): boolean => type.endsWith('Req');
export const answerTo = (type: string): string => type.replace(/Req$/, 'Res');

type DinMessage = Extract<V2gMessage, { V2G_Message: unknown }>;
export type Body = DinMessage['V2G_Message']['Body'];

const noBody: Body = {};
/** The body of a DIN message; empty where it is none. */
export const bodyOf = (message: V2gMessage | undefined): Body =>
  message !== undefined && 'V2G_Message' in message ? message.V2G_Message.Body : noBody;

/** The name of a message: that of its element. */
export const typeOf = (message: V2gMessage): string =>
  Object.keys('V2G_Message' in message ? message.V2G_Message.Body : message)[0] ?? 'empty body';

interface Answer {
  readonly ResponseCode?: string;
  readonly EVSEProcessing?: string;
  readonly DC_EVSEStatus?: { readonly EVSEStatusCode: string; readonly EVSEIsolationStatus?: string };
  readonly DC_EVSEChargeParameter?: Pick<Answer, 'DC_EVSEStatus'>;
}

const contentOf = (message: V2gMessage): Answer =>
  (Object.values('V2G_Message' in message ? message.V2G_Message.Body : message)[0] ?? {}) as Answer;

export const codeOf = (message: V2gMessage): string => contentOf(message).ResponseCode ?? '';
export const processingOf = (message: V2gMessage): string | undefined => contentOf(message).EVSEProcessing;

/** Whether an answer tells of a failed cable check. Some chargers say OK beside it, and leave it to the car to mind (R1). */
export function cableCheckFailed(message: V2gMessage): boolean {
  const { CableCheckRes } = bodyOf(message);
  if (CableCheckRes === undefined) return false;
  const isolation = CableCheckRes.DC_EVSEStatus.EVSEIsolationStatus;
  const bad = CableCheckRes.EVSEProcessing === 'Finished' && (isolation === 'Invalid' || isolation === 'Fault');
  return bad || CableCheckRes.ResponseCode.startsWith('FAILED');
}

/** What of an answer decides how a car goes on: its codes. Two chargers that agree here, agree. */
export function codesOf(message: V2gMessage): string {
  const content = contentOf(message);
  const status = (content.DC_EVSEChargeParameter ?? content).DC_EVSEStatus;
  return [content.ResponseCode, content.EVSEProcessing, status?.EVSEStatusCode, status?.EVSEIsolationStatus]
    .filter((part) => part !== undefined)
    .join(' ');
}

/** A request as the order of a session sees it. */
export function orderedName(request: V2gMessage): OrderedRequest | undefined {
  return 'V2G_Message' in request ? orderedRequest(request.V2G_Message.Body) : 'supportedAppProtocolReq';
}

const reached: Readonly<Partial<Record<OrderedRequest, DinPhase>>> = {
  supportedAppProtocolReq: 'Negotiated',
  SessionSetupReq: 'SessionSetup',
  ServiceDiscoveryReq: 'ServiceDiscovery',
  ServicePaymentSelectionReq: 'ServicePaymentSelection',
  PreChargeReq: 'PreCharge',
  'PowerDeliveryReq(start)': 'PowerDelivery',
  CurrentDemandReq: 'CurrentDemand',
  'PowerDeliveryReq(stop)': 'PowerOff',
  WeldingDetectionReq: 'WeldingDetection',
  SessionStopReq: 'SessionStop',
};
const processed: Readonly<Partial<Record<OrderedRequest, readonly [ongoing: DinPhase, finished: DinPhase]>>> = {
  ContractAuthenticationReq: ['ContractAuthentication', 'Authorized'],
  ChargeParameterDiscoveryReq: ['ChargeParameterDiscovery', 'ParametersAgreed'],
  CableCheckReq: ['CableCheck', 'CableChecked'],
};

/** Where a session stands after a request and its answer, told from these alone. */
export function phaseAfter(phase: DinPhase, request: V2gMessage, answer: V2gMessage): DinPhase {
  const name = orderedName(request);
  if (name === undefined || !codeOf(answer).startsWith('OK')) return phase;
  const [ongoing, finished] = processed[name] ?? [];
  return (processingOf(answer) === 'Ongoing' ? ongoing : finished) ?? reached[name] ?? phase;
}

/** Whether a request breaks the order of DIN SPEC 70121, real cars' liberties granted. */
export function breaksOrder(phase: DinPhase, request: V2gMessage): boolean {
  const name = orderedName(request);
  return name === undefined || !isLegal(phase, name);
}

/** How often the recorded charger answered Ongoing. */
export const ongoingRounds = (session: RecordedSession, response: string): number =>
  session.filter(({ type, message }) => type === response && processingOf(message) === 'Ongoing').length;
