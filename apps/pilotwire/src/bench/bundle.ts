import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { CliError } from '../errors.js';
import { appFolder } from '../project.js';
import { type Figure, figure } from './figure.js';

/** How large a browser build is, minified and packed by gzip: with one dialect's codec, and with all of them. */
export async function bundleFigures(): Promise<Figure[]> {
  const kilobytes = async (exported: string): Promise<number> => {
    const contents = `export { ${exported} } from '@pilotwire/v2g-messages';`;
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: fileURLToPath(appFolder) },
      bundle: true,
      write: false,
      minify: true,
      platform: 'browser',
      target: 'es2023',
      format: 'esm',
      conditions: ['@pilotwire/source'],
      logLevel: 'silent',
    });
    const [file] = outputFiles;
    if (!file) throw new CliError(`no bundle of ${exported}`);
    return gzipSync(file.contents).length / 1000;
  };
  return [figure('bundle.din', 'kB', [await kilobytes('din')]), figure('bundle.all', 'kB', [await kilobytes('codecs')])];
}
