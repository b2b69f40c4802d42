import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const root = fileURLToPath(new URL('../../../../', import.meta.url));
export const textOf = (name: string): string => readFileSync(`${root}${name}`, 'utf8');

export interface Service {
  readonly image?: string;
  readonly build?: { readonly target: string };
  readonly profiles: readonly string[];
  readonly environment: Readonly<Record<string, string | number>>;
  readonly user?: string;
  readonly read_only: boolean;
  readonly network_mode?: string;
  readonly cap_drop: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt: readonly string[];
  readonly mem_limit: string;
  readonly pids_limit: number;
  readonly restart: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly command?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly stop_grace_period?: string;
}
export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** What deploy/make-env.sh makes of .env.example. */
export function madeEnvironment(): Readonly<Record<string, string>> {
  const lines = execFileSync('sh', [`${root}deploy/make-env.sh`], { encoding: 'utf8' }).split('\n');
  return Object.fromEntries(lines.filter((line) => /^\w+=/.test(line)).map((line) => line.split(/=(.*)/s, 2) as [string, string]));
}

const variable = /\$\{(\w+)(?::([-?])([^}]*))?\}/g;
export const variablesOf = (text: string): ReadonlySet<string> => new Set([...text.matchAll(variable)].map(([, name]) => name as string));

/** A compose file with its variables put in, as the engine does it. Throws where one that must be set is not. */
export function composeFile(name: string, env: Readonly<Record<string, string>>): Compose {
  const put = (text: string): string => text.replace(variable, (_, variableName: string, kind: string | undefined, word: string) => {
    const value = env[variableName] ?? '';
    if (value !== '') return value;
    if (kind === '?') throw new Error(`${variableName}: ${word}`);
    return kind === '-' ? word : '';
  });
  return parse(textOf(name), (_, value: unknown) => (typeof value === 'string' ? put(value) : value), { merge: true }) as Compose;
}

export interface Stage {
  readonly from: string;
  readonly lines: readonly { readonly word: string; readonly rest: string }[];
}

/** The stages of the Dockerfile by name, in their order. */
export function dockerfile(): ReadonlyMap<string, Stage> {
  const stages = new Map<string, { from: string; lines: { word: string; rest: string }[] }>();
  let lines: { word: string; rest: string }[] = [];
  for (const line of textOf('Dockerfile').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [word, rest] = line.split(/ (.*)/s, 2) as [string, string];
    const [, from, name] = word === 'FROM' ? (/^(\S+) AS (\S+)$/.exec(rest) ?? []) : [];
    if (word === 'FROM' && (from === undefined || name === undefined)) throw new Error(`${line}: a stage needs a name`);
    if (from !== undefined && name !== undefined) stages.set(name, { from, lines: (lines = []) });
    else lines.push({ word, rest });
  }
  return stages;
}

/** The lines of a stage, with those of the stages that it begins with before them. */
export function linesOf(stages: ReadonlyMap<string, Stage>, name: string): Stage['lines'] {
  const stage = stages.get(name);
  return stage === undefined ? [] : [...linesOf(stages, stage.from), ...stage.lines];
}
