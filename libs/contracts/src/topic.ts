/** The names between braces in a topic: `evse` is a number from 1, everything else a name. */
export type Params<Topic extends string> = Topic extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [K in Name]: K extends 'evse' ? number : string } & Params<Rest>
  : unknown;

/** The same, some of them left open. */
export type Wildcards<Topic extends string> = Partial<Params<Topic>>;

/** What a station, a service or an instance may be called: it stands in topics, file names and the ACL. */
export const namePattern = /^[A-Za-z0-9_.-]{1,48}$/;
const maxEvse = 9_999;

/** A parameter that cannot stand in a topic; `parameter` says which. */
export class TopicError extends Error {
  override readonly name = 'TopicError';
  readonly parameter: string;

  constructor(parameter: string, value: unknown, wanted: string) {
    super(`${parameter} ${JSON.stringify(value)}: ${wanted}`);
    this.parameter = parameter;
  }
}

const braces = /\{(\w+)\}/g;

function levelOf(name: string, value: unknown): string {
  if (name === 'evse') {
    if (!isEvse(value)) throw new TopicError(name, value, `a whole number from 1 to ${maxEvse}`);
    return String(value);
  }
  if (typeof value !== 'string' || !namePattern.test(value)) {
    throw new TopicError(name, value, '1 to 48 letters, digits, dots, hyphens or underscores');
  }
  return value;
}

const isEvse = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maxEvse;

const valueOf = (params: unknown, name: string): unknown => (params as Readonly<Record<string, unknown>>)[name];

/** The topic of one station, outlet, process. Throws `TopicError` for a name that is none. */
export const topicFor = <Topic extends string>(template: Topic, params: Params<Topic>): string =>
  template.replace(braces, (_, name: string) => levelOf(name, valueOf(params, name)));

/** The subscription filter for what is given; what is left open becomes `+`. Throws `TopicError`. */
export const filterFor = <Topic extends string>(template: Topic, params: Wildcards<Topic>): string =>
  template.replace(braces, (_, name: string) => {
    const value = valueOf(params, name);
    return value === undefined ? '+' : levelOf(name, value);
  });

/** The parameters in a topic that was received, or undefined where it is not of this template. */
export function paramsOf<Topic extends string>(template: Topic, topic: string): Params<Topic> | undefined {
  const levels = topic.split('/');
  const wanted = template.split('/');
  if (levels.length !== wanted.length) return undefined;
  const params: Record<string, string | number> = {};
  for (const [i, want] of wanted.entries()) {
    const level = levels[i] as string;
    if (!want.startsWith('{')) {
      if (level !== want) return undefined;
      continue;
    }
    const name = want.slice(1, -1);
    if (name === 'evse') {
      const evse = Number(level);
      if (!isEvse(evse) || String(evse) !== level) return undefined;
      params[name] = evse;
    } else {
      if (!namePattern.test(level)) return undefined;
      params[name] = level;
    }
  }
  return params as Params<Topic>;
}

/** Whether a topic falls under a filter with `+` and `#`. */
export function matches(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [i, want] of wanted.entries()) {
    if (want === '#') return true;
    if (i >= levels.length || (want !== '+' && want !== levels[i])) return false;
  }
  return wanted.length === levels.length;
}

/** Whether some topic falls under both filters. */
export function overlap(one: string, other: string): boolean {
  const a = one.split('/');
  const b = other.split('/');
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (a[i] === '#' || b[i] === '#') return true;
    if (a[i] === undefined || b[i] === undefined) return false;
    if (a[i] !== b[i] && a[i] !== '+' && b[i] !== '+') return false;
  }
  return true;
}

/** Whether every topic under the `narrow` filter falls under the `wide` one too. */
export function covers(wide: string, narrow: string): boolean {
  const a = wide.split('/');
  const b = narrow.split('/');
  for (const [i, level] of a.entries()) {
    if (level === '#') return true;
    if (b[i] === undefined || b[i] === '#' || (level !== '+' && level !== b[i])) return false;
  }
  return a.length === b.length;
}
