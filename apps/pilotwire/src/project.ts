import { readFileSync } from 'node:fs';

/** This app's folder: the sources and the bundle both lie one folder below it. */
export const appFolder = new URL('..', import.meta.url);

/** The checkout that holds it. */
export const projectFolder = new URL('../../', appFolder);

/** The version of this program. */
export function version(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('package.json', appFolder), 'utf8'));
  return manifest.version;
}
