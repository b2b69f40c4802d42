/**
 * Does something for each, several at a time: so many that a disk is busy, and so few that files do not run out. The results are in
 * the order of what was given. Of failures the first is thrown, once nothing is under way any more.
 */
export async function sideBySide<Item, Result>(items: readonly Item[], run: (item: Item) => Promise<Result>, most = 32): Promise<readonly Result[]> {
  const results = new Array<Result>(items.length);
  const failures: unknown[] = [];
  const rest = items.entries();
  const worker = async (): Promise<void> => {
    for (const [i, item] of rest) {
      if (failures.length > 0) return;
      try {
        results[i] = await run(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
