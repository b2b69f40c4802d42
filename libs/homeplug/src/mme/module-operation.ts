import type { Field, Fields, Flat, Owner, Struct, ValueOf } from '@pilotwire/wire';
import { bytesOf, counted, field, le16, le32, padding, reserved, rest, struct, u8, when } from '@pilotwire/wire';
import { mme, qualcomm } from './declare.js';

/* Reading and writing of modules (firmware, parameter block) in QCA7xxx modems. */

export const MODULE_ID_FIRMWARE = 0x7001;
export const MODULE_ID_PIB = 0x7002;
export const MODULE_ID_SOFTLOADER = 0x7003;

/** The most octets of data in one message; a shorter block ends a read. */
export const MODULE_BLOCK = 1400;

/** Flags of a close's `commitCode`. */
export const COMMIT_FORCE = 0x0000_0001;
export const COMMIT_NO_RESET = 0x0000_0002;
export const COMMIT_FACTORY_PIB = 0x8000_0000;

interface Operation<N extends string, F extends Fields> {
  readonly name: N;
  readonly code: number;
  readonly body: Struct<F>;
}

function operation<N extends string, F extends Fields>(name: N, code: number, fields: F): Operation<N, F> {
  return { name, code, body: struct(fields) };
}

type ValueOfOperation<O> = O extends Operation<infer N, infer F> ? Flat<{ readonly op: N } & ValueOf<F>> : never;

/** An operation of another code: what follows its header, as many octets as it says. */
export interface OtherOperation {
  readonly op: 'other';
  readonly code: number;
  readonly body: Uint8Array;
}

const spec = { moduleId: le16, subId: le16, length: le16, offset: le32 };
const session = { session: le32 };
const modules = counted(u8, struct({ moduleId: le16, subId: le16, length: le32, checksum: le32 }));

const requests = [
  operation('read-ram', 0x00, spec),
  operation('read-flash', 0x01, spec),
  operation('start', 0x10, { ...session, modules }),
  operation('write', 0x11, { ...session, index: u8, ...spec, data: bytesOf('length') }),
  operation('close', 0x12, { ...session, commitCode: le32 }),
] as const;

const confirms = [
  operation('read-ram', 0x00, { ...spec, data: bytesOf('length') }),
  operation('read-flash', 0x01, { ...spec, data: bytesOf('length') }),
  operation('start', 0x10, { ...session, modules }),
  operation('write', 0x11, { ...session, index: u8, ...spec }),
  operation('close', 0x12, {
    ...session,
    commitCode: le32,
    modules: counted(u8, struct({ status: le16, error: le16 })),
  }),
] as const;

/** Octets of code, length and reserved before an operation's body. */
const HEADER = 8;
const headerReserve = reserved(4);

/**
 * One operation: code, length of the whole, body. The body of a known one is read by its own fields; a length that
 * says otherwise is an anomaly, for tools differ in whether data counts.
 */
function operations<O extends Operation<string, Fields>>(
  known: readonly O[],
): Field<readonly (ValueOfOperation<O> | OtherOperation)[]> {
  const one: Field<ValueOfOperation<O> | OtherOperation> = field(
    'required',
    HEADER,
    (reader, owner) => {
      const byte = reader.at;
      const code = reader.le16();
      const length = reader.le16();
      headerReserve.read(reader, owner);
      const found = known.find((candidate) => candidate.code === code);
      if (found === undefined) return { op: 'other', code, body: reader.take(Math.max(length - HEADER, 0)) };
      const value: Record<string, unknown> = { op: found.name };
      found.body.readInto(reader, value);
      const taken = reader.at - byte;
      if (taken !== length) reader.report('unusual', byte + 2, `length ${length} of ${taken} octets`);
      return value as ValueOfOperation<O>;
    },
    (writer, value) => {
      const { op } = value ?? writer.fail('missing', 'needs an operation');
      const found = known.find((candidate) => candidate.name === op);
      const part = writer.part(HEADER);
      if (found !== undefined) found.body.write(part, value as Flat<ValueOf<Fields>>, value as Owner);
      else if (op === 'other') part.put((value as OtherOperation).body);
      else writer.fail('unexpected', `no operation "${String(op)}"`);
      const body = part.finish();
      writer.le16(found?.code ?? (value as OtherOperation).code);
      writer.le16(HEADER + body.length);
      writer.fill(4, 0);
      writer.put(body);
    },
  );
  return counted(u8, one, { usual: 1 });
}

const header = { header: qualcomm };
const succeeded = ({ status }: Owner): boolean => status === 0;

/** plctool sends twenty zeros more at a close. */
export const VsModuleOperationReq = mme('VS_MODULE_OPERATION.REQ', 0xa0b0, {
  reserved: reserved(4),
  operations: operations(requests),
  padding,
}, header);

/** `operations` echoes the request's, a read with its data; after a failure its form is unknown, so `echo` has the octets. */
export const VsModuleOperationCnf = mme('VS_MODULE_OPERATION.CNF', 0xa0b1, {
  status: le16,
  error: le16,
  reserved: reserved(4),
  operations: when(succeeded, operations(confirms)),
  echo: when((owner) => !succeeded(owner), rest),
  padding,
}, header);
