import { CliError, UsageError } from '../../errors.js';
import { carRole, chargerRole } from './gateways.js';
import { agentRole, peerRole } from './hosts.js';
import { lineRole } from './line.js';
import { relayRole } from './relay.js';
import type { Roles, Told } from './words.js';

export type Tell = (told: Told) => void;

const roles: { readonly [Role in keyof Roles]: (tell: Tell) => Roles[Role] } = {
  line: lineRole, agent: agentRole, charger: chargerRole, car: carRole, peer: peerRole, relay: relayRole,
};

/** Is one of the processes of a wire, until whoever started it lets go. */
export async function bePlace(role: string): Promise<number> {
  if (!Object.hasOwn(roles, role)) throw new UsageError(`--place knows no ${role}; there are ${Object.keys(roles).join(', ')}`);
  if (process.send === undefined) throw new CliError('--place is told what to do by the process that starts it, over IPC');
  const say = (message: object): void => void process.send?.(message);
  const does = roles[role as keyof Roles](say) as unknown as Readonly<Record<string, (args: unknown) => unknown>>;
  process.on('message', ({ id, kind, args }: { id: number; kind: string; args: unknown }) => {
    void Promise.resolve()
      .then(() => does[kind]?.(args))
      .then((result) => say({ id, result }), (error: Error) => say({ id, error: error.message }));
  });
  await new Promise((resolve) => process.once('disconnect', resolve));
  process.exit(0);
}
