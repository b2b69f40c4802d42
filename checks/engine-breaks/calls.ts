import type { Break } from './break.js';

const operator = 'behaviours/operator.spec.ts';

/** What the CSMS asks for. */
export const calls: readonly Break[] = [
  {
    rule: 'B11 the profile of a remote start is a TxProfile', spec: operator, test: 'B11: its profile must be a TxProfile',
    file: 'transactions/remote.ts', from: "if (bound.purpose !== 'tx' || bound.transaction !== undefined)", to: 'if (bound.transaction !== undefined)',
  },
  {
    rule: 'B11 it holds for the transaction that begins', spec: operator, test: 'B11: its profile must be a TxProfile',
    file: 'transactions/change.ts', from: 'bindProfiles(turn, id, transaction.id);', to: 'dropLoose(turn, id);',
  },
  {
    rule: 'B11 a busy outlet is refused', spec: operator, test: 'B11: connector 0 is refused',
    file: 'transactions/remote.ts', from: 'evse.authorization === undefined && evse.stopping', to: 'evse.stopping',
  },
  {
    rule: 'B11 an outlet that is out of service or faulted is refused', spec: operator, test: 'B11: refused where the outlet is out of service',
    file: 'transactions/remote.ts', from: '&& !cannotBegin(evse) && !isInoperative(state, evse.id)', to: '',
  },
  {
    rule: 'B12 Soft ends the transaction in order', spec: operator, test: 'B12: 1.6 Soft ends the transaction in order',
    file: 'maintenance/reset.ts', from: "if (how === 'soft') {", to: "if (how === 'idle') {",
  },
  {
    rule: 'B12 Hard ends it at once', spec: operator, test: 'B12: 1.6 Hard ends it at once',
    file: 'maintenance/reset.ts', from: "if (how === 'soft') {", to: 'if (true) {',
  },
  {
    rule: 'B12 ResetStopDelay', spec: operator, test: 'B12: a CSMS that does not answer holds a reset up',
    file: 'maintenance/reset.ts', from: 'if (unsaid && !late) return;', to: 'if (!unsaid && !late) return;',
  },
  {
    rule: 'B12 OnIdle is Scheduled', spec: operator, test: 'B12: 2.x OnIdle is scheduled',
    file: 'maintenance/reset.ts', from: "if (how === 'idle' && busy.length > 0) {", to: "if (how === 'idle' && busy.length > 9) {",
  },
  {
    rule: 'B13 ChangeAvailability is scheduled in a transaction, and kept', spec: operator, test: 'B13: during a transaction it is scheduled',
    file: 'maintenance/availability.ts', from: "return busy ? 'Scheduled' : 'Accepted';", to: "return busy ? 'Rejected' : 'Accepted';",
  },
  {
    rule: 'B13 nothing is unlocked where the cable is fixed', spec: operator, test: 'B13: nothing is unlocked',
    file: 'dialects/ocpp16/core.ts', from: '|| turn.state.configuration.evses[connectorId - 1]?.tethered !== false', to: '',
  },
  {
    rule: 'B14 type and range of a key', spec: operator, test: 'B14: type, range and right to write are minded',
    file: 'device-model/model.ts', from: "if (objection(variable, value) !== undefined) return 'Rejected';", to: '',
  },
  {
    rule: 'B14 a key that is read only', spec: operator, test: 'B14: type, range and right to write are minded',
    file: 'device-model/model.ts', from: "if (variable.access === 'ReadOnly') return 'ReadOnly';", to: '',
  },
  {
    rule: 'B14 unknownKey', spec: operator, test: 'B14: GetConfiguration tells every key',
    file: 'dialects/ocpp16/configuration.ts', from: '...(unknown.length > 0 && { unknownKey: unknown }),', to: '',
  },
  {
    rule: 'B14 a password is told to nobody', spec: operator, test: 'B14: a password is told to nobody',
    file: 'device-model/model.ts', from: "if (name === 'SecurityCtrlr.BasicAuthPassword') {\n    // A", to: "if (name === 'SecurityCtrlr.BasicAuthPassword') {\n    write(turn, name, value);\n    // A",
  },
  {
    rule: 'B14 the security profile is only ever raised', spec: operator, test: 'B14: the security profile is only ever raised',
    file: 'dialects/ocpp16/configuration.ts', from: 'if (profile === undefined || profile <= now) return', to: 'if (profile === undefined) return',
  },
  {
    rule: 'B15 a report in numbered parts', spec: operator, test: 'reports all in numbered parts',
    file: 'device-model/report.ts', from: 'from += size, seqNo++)', to: 'from += size, seqNo += 2)',
  },
  {
    rule: 'B15 the inventories', spec: operator, test: 'B15: the other inventories are parts of it',
    file: 'device-model/report.ts', from: "filter(({ access }) => access !== 'ReadOnly')", to: 'slice()',
  },
  {
    rule: 'B16 GetDiagnostics answers with a name', spec: operator, test: 'B16: 1.6 answers with a file name',
    file: 'dialects/ocpp16/profiles.ts', from: 'return reply({ fileName: name });', to: 'return reply({ fileName: name.slice(0, 0) });',
  },
  {
    rule: 'B16 a second upload makes the first give way', spec: operator, test: 'a second one makes the first give way',
    file: 'maintenance/hooks.ts', from: "turn.perform({ do: 'cancel-log' });", to: '',
  },
  {
    rule: 'B17 the chain of statuses, over the restart that installs', spec: operator, test: 'B17: the chain of statuses',
    file: 'maintenance/hooks.ts', from: "turn.keep('firmware', { request, signed });", to: '',
  },
  {
    rule: 'B18 unknown vendors and messages', spec: operator, test: 'B18: unknown vendors and messages are refused by name',
    file: 'maintenance/transfer.ts', from: "return 'UnknownMessageId';", to: "return 'UnknownVendorId';",
  },
  {
    rule: 'B19 a call that no version has is NotImplemented', spec: operator, test: 'B19',
    file: 'received.ts', from: "kind: 'not-implemented', path", to: "kind: 'internal', path",
  },
  {
    rule: 'B19 a call that is not supported is NotSupported', spec: operator, test: 'B19',
    file: 'dialects/dialect.ts', from: "kind: 'not-supported', path", to: "kind: 'not-implemented', path",
  },
  {
    rule: 'B19 what is odd is dropped and told', spec: operator, test: 'B19: an unknown member, and a null',
    file: 'shape/shape.ts', from: 'if (member !== undefined && member !== null) found[name]', to: 'if (member !== undefined) found[name]',
  },
];
