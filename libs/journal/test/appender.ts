import { diskFolder, Journal } from '@pilotwire/journal';

// Appends until it is killed, several at a time, and says on its output what it was told is kept.
const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: appender FOLDER');
const journal = await Journal.open({ folder: await diskFolder(path), report: () => undefined, segmentBytes: 20_000 });
process.stdout.write(`pid ${process.pid}\n`);
const appendForEver = async (name: number): Promise<never> => {
  for (let n = 0; ; n++) {
    const text = `${name}:${n}:${'x'.repeat((n * 37) % 300)}`;
    const { seq } = await journal.append(new TextEncoder().encode(text));
    process.stdout.write(`${seq} ${text}\n`);
  }
};
await Promise.all([1, 2, 3, 4, 5].map(appendForEver));
