import type { Break } from './break.js';

const authorization = 'behaviours/authorization.spec.ts';
const meter = 'behaviours/meter.spec.ts';

/** Who may charge, and what is measured and told of it. */
export const charging: readonly Break[] = [
  {
    rule: 'B7 Invalid to the start ends the energy', spec: authorization, test: 'B7: 1.6 stops the energy with DeAuthorized',
    file: 'transactions/answered.ts', from: "if (flag(turn.state, 'TxCtrlr.StopTxOnInvalidId')) return", to: 'if (false) return',
  },
  {
    rule: 'B7 MaxEnergyOnInvalidId', spec: authorization, test: 'B7: without StopTxOnInvalidId it may have MaxEnergyOnInvalidId',
    file: 'transactions/answered.ts', from: 'amend(turn, transaction, { refusedAt: turn.evse(event.evse).register.total });', to: '',
  },
  {
    rule: 'B7 a card of the group stops the session', spec: authorization, test: 'B7: a second card of the group stops the session',
    file: 'authorization/present.ts', from: 'sameToken(group, running) ? group : undefined', to: 'false ? group : undefined',
  },
  {
    rule: 'B7 a card of another group does not', spec: authorization, test: 'B7: a card of another group stops nothing',
    file: 'authorization/present.ts', from: 'isMasterGroup(turn.state, group) || sameToken(group, running) ? group', to: 'true ? group',
  },
  {
    rule: 'B7 MasterPassGroupId', spec: authorization, test: 'B7: a master pass stops any session and begins none',
    file: 'authorization/present.ts', from: "if (isMasterGroup(turn.state, group)) return 'a master pass begins no charge';", to: '',
  },
  {
    rule: 'B8 LocalPreAuthorize', spec: authorization, test: 'B8: with LocalPreAuthorize the cache says yes at once',
    file: 'authorization/known.ts', from: "online ? 'AuthCtrlr.LocalPreAuthorize' : 'AuthCtrlr.LocalAuthorizeOffline'", to: "online ? 'AuthCtrlr.OfflineTxForUnknownIdEnabled' : 'AuthCtrlr.LocalAuthorizeOffline'",
  },
  {
    rule: 'B8 LocalAuthorizeOffline', spec: authorization, test: 'B8: without LocalAuthorizeOffline nothing known counts',
    file: 'authorization/known.ts', from: "found.info.status === 'Accepted' && trusted", to: "found.info.status === 'Accepted' && (trusted || !online)",
  },
  {
    rule: 'B8 AllowOfflineTxForUnknownId', spec: authorization, test: 'B8: offline, the cache does; unknown tokens do not',
    file: 'authorization/known.ts', from: "const status = flag(state, 'AuthCtrlr.OfflineTxForUnknownIdEnabled') ?", to: 'const status = !online ?',
  },
  {
    rule: 'B8 an expiry is honoured', spec: authorization, test: 'B8: an expiry is honoured',
    file: 'authorization/known.ts', from: 'info.expiry <= utc ? ', to: 'false ? ',
  },
  {
    rule: 'B8 the list beats the cache', spec: authorization, test: 'B8: the list beats the cache',
    file: 'authorization/known.ts', from: 'if (listed !== undefined) return', to: "if (listed?.info.status === 'Accepted') return",
  },
  {
    rule: 'B8 the cache is kept', spec: authorization, test: 'B8: list and cache outlive a restart',
    file: 'begin.ts', from: '...nothing, ...restored.durable }', to: '...nothing, ...restored.durable, cache: {} }',
  },
  {
    rule: 'B8 AuthorizeRemoteTxRequests', spec: authorization, test: 'B8: AuthorizeRemoteTxRequests',
    file: 'transactions/remote.ts', from: "if (flag(state, 'AuthCtrlr.AuthorizeRemoteStart')) ask", to: 'if (false) ask',
  },
  {
    rule: 'B8 ConnectionTimeOut', spec: authorization, test: 'B8: ConnectionTimeOut',
    file: 'authorization/accept.ts', from: 'const until = plugged ? undefined :', to: 'const until = true ? undefined :',
  },
  {
    rule: 'B9 the register only grows', spec: meter, test: 'B9: the register only grows',
    file: 'meter/register.ts', from: 'total: total + (same ? energy - counted : energy)', to: 'total: total + energy - counted',
  },
  {
    rule: 'B9 MeterValueSampleInterval', spec: meter, test: 'B9: each MeterValueSampleInterval',
    file: 'meter/sampling.ts', from: "number(state, 'SampledDataCtrlr.TxUpdatedInterval')", to: "2 * number(state, 'SampledDataCtrlr.TxUpdatedInterval')",
  },
  {
    rule: 'B9 MeterValuesSampledData', spec: meter, test: 'B9: each MeterValueSampleInterval what MeterValuesSampledData lists',
    file: 'meter/sample.ts', from: '.filter((measurand) => wanted.includes(measurand))', to: '.filter((measurand) => wanted.length >= 0 && measurand.length > 0)',
  },
  {
    rule: 'B9 aligned to midnight UTC', spec: meter, test: 'B9: clock-aligned samples are aligned to midnight UTC',
    file: 'meter/sampling.ts', from: '(Math.floor((utc - midnight) / interval) + 1) * interval', to: '(Math.floor((utc - midnight) / interval) + 1.5) * interval',
  },
  {
    rule: 'B9 transactionData', spec: meter, test: 'B9: begin, end and what was sampled for the end',
    file: 'transactions/change.ts', from: 'meter: [...samples, last],', to: 'meter: [last],',
  },
  {
    rule: 'B9 the context of a trigger', spec: meter, test: 'B9: a trigger is its own context',
    file: 'meter/sampling.ts', from: "'SampledDataCtrlr.TxUpdatedMeasurands', 'Trigger')", to: "'SampledDataCtrlr.TxUpdatedMeasurands', 'Sample.Periodic')",
  },
  {
    rule: 'B10 MinimumStatusDuration', spec: meter, test: 'B10: a state that does not last MinimumStatusDuration',
    file: 'connectors/review.ts', from: 'if (turn.now < after(since, seconds(wait))) return', to: 'if (turn.now < since) return',
  },
  {
    rule: 'B10 connector 0 has three words', spec: meter, test: 'B10: connector 0 knows',
    file: 'connectors/status.ts', from: "word: out ? 'Unavailable' : 'Available'", to: "word: out ? 'Unavailable' : Object.keys(state.durable.transactions).length > 0 ? 'Charging' : 'Available'",
  },
  {
    rule: 'B10 only changes, and all at the boot', spec: meter, test: 'B10: only what changes is told',
    file: 'connectors/review.ts', from: "if (status === '' || status === told.status) return", to: "if (status === '') return",
  },
];
