import { createRequire } from 'node:module';
import { createValidator } from 'ocpp-rpc';

interface Schema {
  readonly $id: string;
  readonly definitions?: Readonly<Record<string, { readonly type?: string; readonly additionalProperties?: unknown }>>;
}

/**
 * The validators that ocpp-rpc lacks: in 2.2.1 it looks for `urn:Heartbeat.req`, and its schemas of 2.1 are called
 * `urn:HeartbeatRequest`, so its own would refuse every call of that version.
 */
export function validators(): ReturnType<typeof createValidator>[] {
  const schemas = createRequire(import.meta.url)('ocpp-rpc/lib/schemas/ocpp2_1.json') as readonly Schema[];
  return [createValidator('ocpp2.1', schemas.map(named))];
}

const named = ({ $id, definitions = {}, ...schema }: Schema) => ({
  ...schema,
  $id: $id.replace(/Request$/, '.req').replace(/Response$/, '.conf'),
  // Texts have `additionalProperties` there, at which the validator would wonder aloud on standard error.
  definitions: Object.fromEntries(
    Object.entries(definitions).map(([name, { additionalProperties, ...rest }]) => [
      name, rest.type === 'object' && additionalProperties !== undefined ? { ...rest, additionalProperties } : rest,
    ]),
  ),
});
