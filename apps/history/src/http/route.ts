import { z } from 'zod';

/** `open`: needs no token. */
export type Scope = 'open' | 'read' | 'command';

export interface Answer {
  readonly status?: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  /** Offered as a file of this name. */
  readonly file?: string;
}

interface Shape {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** `/api/v1/sessions/{id}` */
  readonly path: string;
  readonly scope: Scope;
  /** One sentence for the reference. */
  readonly doc: string;
  /** What the braces and the query may hold. */
  readonly query: z.ZodType;
  readonly body?: z.ZodType;
  /** Of JSON; otherwise the media type. */
  readonly answer: z.ZodType | string;
}

export interface Route extends Shape {
  readonly run: (query: unknown, body: unknown) => Promise<Answer>;
}

/** A refusal with a word to whoever asked. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const json = (value: unknown, status = 200): Answer => ({ status, type: 'application/json; charset=utf-8', body: `${JSON.stringify(value)}\n` });

/** Declares a route: the declaration checks what comes, types it, and is the reference. */
export function route<Query extends z.ZodType, Body extends z.ZodType = z.ZodUndefined>(
  declaration: Omit<Shape, 'query' | 'body'> & { readonly query: Query; readonly body?: Body },
  run: (query: z.output<Query>, body: z.output<Body>) => Promise<unknown>,
): Route {
  const { query, body, answer } = declaration;
  return {
    ...declaration,
    async run(given, sent) {
      const result = await run(checked(query, given, 'query'), body === undefined ? (undefined as z.output<Body>) : checked(body, sent, 'body'));
      return typeof answer === 'string' || isAnswer(result) ? (result as Answer) : json(result);
    },
  };
}

const isAnswer = (value: unknown): value is Answer => typeof value === 'object' && value !== null && 'type' in value && 'body' in value;

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, where: string): z.output<Schema> {
  const parsed = parsedBy(schema, value);
  if (parsed === undefined) throw new HttpError(400, `${where}: nested too deep`);
  if (parsed.success) return parsed.data;
  throw new HttpError(400, parsed.error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.') || where}: ${message}`).join('; '));
}

/** Undefined where the stack ends before the value does. */
function parsedBy<Schema extends z.ZodType>(schema: Schema, value: unknown): z.ZodSafeParseResult<z.output<Schema>> | undefined {
  try {
    return schema.safeParse(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What the braces of a path hold, or undefined where it is another. */
export function pathParams(path: string, wanted: string): Readonly<Record<string, string>> | undefined {
  const [have, want] = [path.split('/'), wanted.split('/')];
  if (have.length !== want.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, level] of want.entries()) {
    if (level.startsWith('{')) params[level.slice(1, -1)] = decoded(have[i] as string);
    else if (level !== have[i]) return undefined;
  }
  return params;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpError(400, `${text}: no UTF-8 in percent signs`);
  }
}
