import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CliError } from '../../errors.js';
import { appFolder } from '../../project.js';
import type { Answer, Asked, Roles, Told } from './words.js';

type Ask<Role extends keyof Roles> = <Kind extends keyof Roles[Role] & string>(kind: Kind, args: Roles[Role][Kind] extends Asked<infer Args, unknown> ? Args : never) =>
  Promise<Roles[Role][Kind] extends Asked<never, infer Result> ? Result : never>;

/** A process of ours in a namespace, that does what it is told. */
export interface Place<Role extends keyof Roles> {
  readonly ask: Ask<Role>;
  /** Calls `take` with all that it has told, and with all that it will. */
  each(take: (told: Told) => void): void;
  /** Resolves once it has ended. */
  end(): Promise<void>;
}

/** Starts a process in a namespace. It ends with this one. */
export function startPlace<Role extends keyof Roles>(role: Role, namespace: string): Place<Role> {
  const program = fileURLToPath(new URL('bin/pilotwire.js', appFolder));
  const child: ChildProcess = spawn('ip', ['netns', 'exec', namespace, process.execPath, program, 'bench', '--place', role], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced',
  });
  const gone = once(child, 'exit');
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  const told: Told[] = [];
  const takers: ((one: Told) => void)[] = [];
  let id = 0;
  child.on('message', (message: Answer | Told) => {
    if (!('id' in message)) {
      told.push(message);
      return takers.forEach((take) => take(message));
    }
    const one = waiting.get(message.id);
    waiting.delete(message.id);
    if ('error' in message) one?.reject(new CliError(`${role}: ${message.error}`));
    else one?.resolve(message.result);
  });
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new CliError(`${role} has ended`));
    waiting.clear();
  });
  const ask = (kind: string, args: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.set(++id, { resolve, reject });
      child.send({ id, kind, args }, (error) => error && reject(new CliError(`${role} has ended`)));
    });
  return {
    ask: ask as Ask<Role>,
    each(take) {
      told.forEach((one) => take(one));
      takers.push(take);
    },
    async end() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}
