import type { Random } from '@pilotwire/machine';

/** A frame that no CSMS should send, and the code of the CALLERROR that it has in 2.0.1; undefined: it has no answer. */
export interface BadFrame {
  readonly text: string;
  /** Under which id the answer comes: "-1" where none can be read. */
  readonly id: string;
  readonly code: string | undefined;
}

const makers: readonly ((id: string, random: Random) => Pick<BadFrame, 'text' | 'code'> & { readonly id?: string })[] = [
  // Half frames.
  (id) => ({ text: `[2,"${id}","Reset",{"type":"Imme`, code: 'RpcFrameworkError' }),
  (id) => ({ text: `[3,"${id}"`, code: undefined }),
  (id) => ({ text: `[2,"${id}"]`, code: 'RpcFrameworkError' }),
  (id) => ({ text: `[2,"${id}","Reset"]`, code: 'FormatViolation' }),
  (id, random) => ({ text: `${id}${'\u0000'.repeat(random.int(1, 300))}`, id: '-1', code: 'RpcFrameworkError' }),
  (id) => ({ text: `{"id":"${id}"}`, id: '-1', code: 'RpcFrameworkError' }),
  // Of no kind, of no id, an answer to nothing.
  (id) => ({ text: `[7,"${id}","What",{}]`, code: 'MessageTypeNotSupported' }),
  () => ({ text: '[2,17,"Reset",{}]', id: '-1', code: 'RpcFrameworkError' }),
  (id) => ({ text: `[4,"${id}"]`, code: undefined }),
  (id, random) => ({ text: JSON.stringify([3, id, { list: Array.from({ length: 200 }, () => random.next()) }]), code: undefined }),
  // Unknown actions, deep ones.
  (id, random) => ({ text: JSON.stringify([2, id, `Action-${id}`, { value: 'x'.repeat(random.int(1, 2_000)) }]), code: 'NotImplemented' }),
  (id) => ({ text: `[2,"${id}","DataTransfer",${'['.repeat(200)}${']'.repeat(200)}]`, code: 'FormatViolation' }),
  // Wrong types: what would end a charge if it were taken for what it looks like.
  (id) => ({ text: JSON.stringify([2, id, 'Reset', { type: 7 }]), code: 'TypeConstraintViolation' }),
  (id) => ({ text: JSON.stringify([2, id, 'Reset', { type: 'Explode' }]), code: 'PropertyConstraintViolation' }),
  (id) => ({ text: JSON.stringify([2, id, 'RequestStopTransaction', { transactionId: { $ne: null } }]), code: 'TypeConstraintViolation' }),
  (id) => ({ text: JSON.stringify([2, id, 'RequestStopTransaction', []]), code: 'FormatViolation' }),
  (id) => ({ text: JSON.stringify([2, id, 'RequestStopTransaction', {}]), code: 'OccurrenceConstraintViolation' }),
  (id) => ({ text: JSON.stringify([2, id, 'ChangeAvailability', { operationalStatus: 'Inoperative', evse: [1] }]), code: 'TypeConstraintViolation' }),
  (id) => ({ text: JSON.stringify([2, id, 'SetChargingProfile', { evseId: 1, chargingProfile: 'none' }]), code: 'TypeConstraintViolation' }),
  (id) => ({ text: JSON.stringify([2, id, 'SetVariables', { setVariableData: 'all of them' }]), code: 'TypeConstraintViolation' }),
];

/** Each time another; the same for the same chance. */
export function badFrame(index: number, random: Random): BadFrame {
  const id = `bad-${index}`;
  return { id, ...random.pick(makers)(id, random) };
}
