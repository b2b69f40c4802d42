import type { JsonObject } from '../../model/values.js';
import type { Problem } from '../../shape/shape.js';
import type { Dialect } from '../dialect.js';
import { charging } from './charging.js';
import { core } from './core.js';
import { maintenance, unsupported, unsupported21 } from './maintenance.js';
import { read2 } from './read.js';
import { variableCalls } from './variables.js';
import { status2, write2 } from './write.js';

/** The CALLERROR codes of OCPP-J 2.0.1, section 4.3. */
const codes: Readonly<Record<Problem['kind'], string>> = {
  form: 'FormatViolation',
  missing: 'OccurrenceConstraintViolation',
  type: 'TypeConstraintViolation',
  value: 'PropertyConstraintViolation',
  'not-implemented': 'NotImplemented',
  'not-supported': 'NotSupported',
  security: 'SecurityError',
  internal: 'InternalError',
};

const handlers201 = { ...core, ...variableCalls, ...charging, ...maintenance, ...unsupported };
const handlers21 = { ...handlers201, ...unsupported21 };

const word = (outcome: JsonObject, words: readonly string[], otherwise: string): JsonObject => ({
  status: words.includes(String(outcome['status'])) ? String(outcome['status']) : otherwise,
});

/** OCPP 2.0.1 and 2.1. */
export const ocpp2: Dialect = {
  write: write2,
  read: read2,
  handlers: (protocol) => (protocol === 'ocpp2.1' ? handlers21 : handlers201),
  code: (kind) => codes[kind],
  status: status2,
  owed: {
    UnlockConnector: (outcome) => word(outcome, ['Unlocked', 'UnlockFailed'], 'UnlockFailed'),
    CertificateSigned: (outcome) => word(outcome, ['Accepted', 'Rejected'], 'Rejected'),
    InstallCertificate: (outcome) => word(outcome, ['Accepted', 'Rejected', 'Failed'], 'Failed'),
    DeleteCertificate: (outcome) => word(outcome, ['Accepted', 'Failed', 'NotFound'], 'Failed'),
    GetInstalledCertificateIds: (outcome) => {
      const found = outcome['certificateHashDataChain'];
      return Array.isArray(found) && found.length > 0 ? { status: 'Accepted', certificateHashDataChain: found } : { status: 'NotFound' };
    },
  },
};
