import type { Json, JsonObject } from '@pilotwire/station';

/**
 * Members of a payload that the strict mode has checked already; what is not there, or is of another kind, is undefined.
 * So a rule that its schema has not made sure of fails softly.
 */
export const member = (from: Json | undefined, name: string): Json | undefined =>
  typeof from === 'object' && from !== null && !Array.isArray(from) ? (from as JsonObject)[name] : undefined;
export const textOf = (from: Json | undefined, name: string): string | undefined => {
  const found = member(from, name);
  return typeof found === 'string' ? found : undefined;
};
export const numberOf = (from: Json | undefined, name: string): number | undefined => {
  const found = member(from, name);
  return typeof found === 'number' ? found : undefined;
};
export const listOf = (from: Json | undefined, name: string): readonly Json[] => {
  const found = member(from, name);
  return Array.isArray(found) ? found : [];
};
