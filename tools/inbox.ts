/** Things as they come, and a way to wait for the one that is wanted. */
export class Inbox<Item> {
  readonly items: Item[] = [];
  #waiting: (() => void)[] = [];

  readonly put = (item: Item): void => {
    this.items.push(item);
    for (const look of this.#waiting) look();
  };

  /** Resolves once the items satisfy; a test that waits in vain ends by its own time limit. */
  until(satisfied: (items: readonly Item[]) => boolean): Promise<readonly Item[]> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!satisfied(this.items)) return;
        this.#waiting = this.#waiting.filter((one) => one !== look);
        resolve([...this.items]);
      };
      this.#waiting.push(look);
      look();
    });
  }

  atLeast(count: number): Promise<readonly Item[]> {
    return this.until(({ length }) => length >= count);
  }
}
