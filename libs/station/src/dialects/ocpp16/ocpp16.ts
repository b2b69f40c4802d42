import type { JsonObject } from '../../model/values.js';
import type { Problem } from '../../shape/shape.js';
import type { Dialect } from '../dialect.js';
import { core } from './core.js';
import { profiles, security } from './profiles.js';
import { read16 } from './read.js';
import { status16, write16 } from './write.js';

/** The CALLERROR codes of OCPP-J 1.6, section 4.2.3, in its own spelling. */
const codes: Readonly<Record<Problem['kind'], string>> = {
  form: 'FormationViolation',
  missing: 'OccurenceConstraintViolation',
  type: 'TypeConstraintViolation',
  value: 'PropertyConstraintViolation',
  'not-implemented': 'NotImplemented',
  'not-supported': 'NotSupported',
  security: 'SecurityError',
  internal: 'InternalError',
};

const word = (outcome: JsonObject, words: readonly string[], otherwise: string): JsonObject => ({
  status: words.includes(String(outcome['status'])) ? String(outcome['status']) : otherwise,
});

const handlers = { ...core, ...profiles, ...security };

/** OCPP 1.6J, with the security whitepaper. */
export const ocpp16: Dialect = {
  write: (message, state) => write16(message, state),
  read: read16,
  handlers: () => handlers,
  code: (kind) => codes[kind],
  status: status16,
  owed: {
    ChangeConfiguration: (outcome) => word(outcome, ['Accepted', 'Rejected'], 'Rejected'),
    UnlockConnector: (outcome) => word(outcome, ['Unlocked', 'UnlockFailed', 'NotSupported'], 'UnlockFailed'),
    CertificateSigned: (outcome) => word(outcome, ['Accepted', 'Rejected'], 'Rejected'),
    InstallCertificate: (outcome) => word(outcome, ['Accepted', 'Failed', 'Rejected'], 'Failed'),
    DeleteCertificate: (outcome) => word(outcome, ['Accepted', 'Failed', 'NotFound'], 'Failed'),
    GetInstalledCertificateIds: (outcome) => {
      const found = outcome['certificateHashData'];
      const some = Array.isArray(found) && found.length > 0;
      return some ? { status: 'Accepted', certificateHashData: found } : { status: 'NotFound' };
    },
  },
};
