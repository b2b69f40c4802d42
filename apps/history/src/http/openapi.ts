import { z } from 'zod';
import type { Route } from './route.js';

type Json = Readonly<Record<string, unknown>>;

/** The document of the API, from the declarations of its routes. */
export function openApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const one of routes) paths[one.path] = { ...paths[one.path], [one.method.toLowerCase()]: operation(one) };
  return {
    openapi: '3.1.0',
    info: { title: 'Pilotwire history', version, description: 'Sessions, what they measured and said, and what is heard now. The live view is a WebSocket at /api/v1/live.' },
    paths,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}

function operation({ path, query, body, answer, doc, scope }: Route): Json {
  const schema = z.toJSONSchema(query, { io: 'input' }) as { properties?: Record<string, Json>; required?: readonly string[] };
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter as string);
  const parameters = Object.entries(schema.properties ?? {}).map(([parameter, { description, ...rest }]) => ({
    name: parameter, in: inPath.includes(parameter) ? 'path' : 'query', required: inPath.includes(parameter) || (schema.required?.includes(parameter) ?? false),
    ...(description !== undefined && { description }), schema: rest,
  }));
  const content = typeof answer === 'string' ? { [answer]: { schema: { type: 'string' } } } : { 'application/json': { schema: z.toJSONSchema(answer) } };
  return {
    summary: doc,
    parameters,
    ...(body !== undefined && { requestBody: { required: true, content: { 'application/json': { schema: z.toJSONSchema(body, { io: 'input' }) } } } }),
    ...(scope !== 'open' && { security: [{ token: [scope] }] }),
    responses: {
      200: { description: 'As asked.', content },
      ...Object.fromEntries([[400, 'Something in it is wrong; the answer says what.'], [401, 'The token is missing or wrong.'], [404, 'There is none.']].map(([status, description]) => [status, { description }])),
    },
  };
}
