import type { Settings } from '@pilotwire/configuration';
import type { Io } from '../io.js';
import type { SiteSettings } from '../site/settings.js';

/** The log of services in this process, among what is shown: errors, for the rest is told as events, unless somebody asked for more. */
export function logOf({ settings, origins }: SiteSettings, io: Io): { readonly level: Settings['log.level']; readonly write: (line: string) => void } {
  const level = origins['log.level'] === 'default' ? 'error' : settings['log.level'];
  return {
    level,
    write: (line) => {
      io.out.update('');
      void io.out.flush();
      io.err.write(line);
    },
  };
}
