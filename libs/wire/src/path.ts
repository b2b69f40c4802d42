/** Where in a message a cursor stands, kept as a stack so that nothing is allocated until somebody must be told. */
export class FieldPath {
  readonly #keys: (string | number)[] = [];
  #depth = 0;

  /** Goes one level down; the level's key is then set by `at`. Returns the depth to come back to with `leave`. */
  enter(): number {
    return this.#depth++;
  }

  at(level: number, key: string | number): void {
    this.#keys[level] = key;
  }

  leave(level: number): void {
    this.#depth = level;
  }

  toString(): string {
    return this.#keys.slice(0, this.#depth).join('/');
  }
}
