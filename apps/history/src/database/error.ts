/** `locked`: another process has the embedded database. `not-started`: it cannot be opened. `migration`: one that failed is recorded. */
export type DatabaseErrorCode = 'locked' | 'not-started' | 'migration';

export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Whether the same would fail again for what it holds: SQLSTATE classes 22 (data) and 23 (constraints). Everything else, a
 * database that is away above all, passes.
 */
export const isPermanent = (error: unknown): boolean => /^2[23]/.test(String((error as { readonly code?: unknown }).code ?? ''));
