import { ConfigurationError } from '@pilotwire/configuration';
import { JournalError } from '@pilotwire/journal';
import { LinkError } from '@pilotwire/link';
import { CliError } from '../errors.js';
import { SettingsError } from '../site/settings.js';

/** Why services do not start, for a person. What is a fault of the program is thrown again. */
export function whyNot(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof ConfigurationError) return new SettingsError(error);
  if (error instanceof JournalError && error.code === 'locked') return new CliError(`data is in use: ${error.message}; is Pilotwire running already? --data names another folder`);
  if (error instanceof JournalError) return new CliError(`data: ${error.message}`);
  if (error instanceof LinkError) return new CliError(error.message);
  // A port that is taken, a folder that may not be written: the system says which.
  if (error instanceof Error && 'syscall' in error) return new CliError(error.message);
  throw error;
}
