import { spawn } from 'node:child_process';
import { createReadStream, statSync } from 'node:fs';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CliError } from '../errors.js';
import type { ReadCapture } from '../libraries.js';
import { appFolder } from '../project.js';
import { type Figure, figure, repeated } from './figure.js';

/** MB of capture files decoded a second, all of them one after the other. */
export async function capturesFigure(files: readonly string[], read: ReadCapture): Promise<Figure> {
  const size = files.reduce((sum, file) => sum + statSync(file).size, 0);
  let messages = 0;
  const runs = await repeated(async () => {
    messages = 0;
    const start = performance.now();
    for (const file of files) for await (const _ of read(createReadStream(file), { name: file, warn: () => undefined })) messages++;
    return size / 1e3 / (performance.now() - start);
  });
  return figure('decode.captures', 'MB/s', runs, messages);
}

/** From the start of the program to the first line it prints, on the smallest of the captures. */
export async function startFigure(files: readonly string[]): Promise<Figure> {
  const [smallest] = files.toSorted((a, b) => statSync(a).size - statSync(b).size);
  if (smallest === undefined) throw new CliError('no captures');
  const program = fileURLToPath(new URL('bin/pilotwire.js', appFolder));
  const runs = await repeated(async () => {
    const start = performance.now();
    const child = spawn(process.execPath, [program, 'decode', smallest], { stdio: ['ignore', 'pipe', 'inherit'] });
    let first: number | undefined;
    child.stdout.on('data', () => (first ??= performance.now() - start));
    const [code] = await once(child, 'close');
    if (code !== 0 || first === undefined) throw new CliError(`decode ${smallest} printed nothing; its exit code was ${code}`);
    return first;
  });
  return figure('start.decode', 'ms', runs);
}
