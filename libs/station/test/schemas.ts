import { createRequire } from 'node:module';
import { createValidator } from 'ocpp-rpc';
import * as schemas16 from 'typed-ocpp/dist/ocpp16/schemas.js';
import * as schemas20 from 'typed-ocpp/dist/ocpp20/schemas.js';
import * as schemas21 from 'typed-ocpp/dist/ocpp21/schemas.js';
import type { Protocol } from '../src/index.js';

type Schema = Readonly<Record<string, unknown>>;
const require = createRequire(import.meta.url);

// ocpp-rpc 2.2.1 looks for `urn:Heartbeat.req`, and its schemas of 2.1 are called `urn:HeartbeatRequest`.
const idOf = (name: string): string => `urn:${name.replace(/^urn:/, '').replace(/Request$/, '.req').replace(/Response$/, '.conf')}`;
const byName = (module: object): Schema[] =>
  Object.entries(module as Record<string, Schema>).map(([name, schema]) => ({ ...schema, $id: idOf(name) }));
const ofFile = (name: string): Schema[] =>
  (require(`ocpp-rpc/lib/schemas/${name}.json`) as Schema[]).map((schema) => ({ ...schema, $id: idOf(String(schema['$id'])) }));

/** Two sources of the same schemas, so that both would have to be wrong in the same way. */
const sources: Readonly<Record<Protocol, readonly (() => Schema[])[]>> = {
  'ocpp1.6': [() => byName(schemas16), () => ofFile('ocpp1_6')],
  'ocpp2.0.1': [() => byName(schemas20), () => ofFile('ocpp2_0_1')],
  'ocpp2.1': [() => byName(schemas21), () => ofFile('ocpp2_1')],
};
type Validator = ReturnType<typeof createValidator>;
const made = new Map<Protocol, Validator[]>();

/** Throws where a payload is not what the standard's schema says. A call: `req`; an answer: `conf`. */
export function validate(protocol: Protocol, action: string, kind: 'req' | 'conf', payload: unknown): void {
  const validators = made.get(protocol) ?? sources[protocol].map((schemas) => quietly(() => createValidator(protocol, schemas() as never)));
  made.set(protocol, validators);
  for (const validator of validators) {
    try {
      quietly(() => validator.validate(`urn:${action}.${kind}`, payload));
    } catch (error) {
      throw new Error(`${protocol} ${action}.${kind} is invalid: ${(error as Error).message}\n${JSON.stringify(payload, undefined, 1)}`, { cause: error });
    }
  }
}

/** The codes of a CALLERROR: OCPP-J 1.6, 4.2.3, in its own spelling, and OCPP-J 2.0.1, 4.3. No schema has them. */
const common = ['NotImplemented', 'NotSupported', 'InternalError', 'ProtocolError', 'SecurityError', 'PropertyConstraintViolation', 'TypeConstraintViolation', 'GenericError'];
const codes16 = [...common, 'FormationViolation', 'OccurenceConstraintViolation'];
const codes2 = [...common, 'FormatViolation', 'OccurrenceConstraintViolation', 'MessageTypeNotSupported', 'RpcFrameworkError'];

/** Throws where a refusal is none of its version. */
export function validateError(protocol: Protocol, code: unknown, description: unknown): void {
  const codes: readonly unknown[] = protocol === 'ocpp1.6' ? codes16 : codes2;
  if (!codes.includes(code)) throw new Error(`${protocol} has no CALLERROR ${String(code)}`);
  if (typeof description !== 'string' || description.length > 255) throw new Error(`${protocol} CALLERROR ${String(code)}: the description is no text of 255 characters`);
}

/** ajv remarks on the standard's schemas at length; nobody here can mend them. */
function quietly<T>(run: () => T): T {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return run();
  } finally {
    console.warn = warn;
  }
}
