import { expect, test } from 'vitest';
import { codesOf, stopReasonOf, stopReasons } from '../index.js';

test('an end of a session has a reason of OCPP, and one that has none is Other', () => {
  expect(['completed', 'emergency-stop', 'unplugged', 'isolation-fault', 'power-fault', 'power-lost', 'toString'].map(stopReasonOf)).toEqual([
    'StoppedByEV', 'EmergencyStop', 'EVDisconnected', 'GroundFault', 'Other', 'Other', 'Other',
  ]);
  expect(stopReasons).toContain(stopReasonOf('sequence-timeout'));
});

test('a fault has its errorCode and its MREC; an unknown one is an OtherError', () => {
  expect(codesOf('isolation-fault')).toEqual({ errorCode: 'GroundFailure', mrec: 'CX011' });
  expect(codesOf('emergency-stop').mrec).toBe('CX008');
  expect(codesOf('constructor')).toEqual({ errorCode: 'OtherError', mrec: undefined });
});
