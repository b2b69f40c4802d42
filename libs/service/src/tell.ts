import type { BusReport } from '@pilotwire/bus';
import type { Mishap } from '@pilotwire/runtime';
import { wordsOf } from './log.js';
import type { Log } from './log.js';

/** What a bus reports, as lines: once when the broker goes, once when it is back, and everything that is lost. */
export function tellBus(log: Log, where: () => string): (report: BusReport) => void {
  let down = false;
  return (report) => {
    switch (report.kind) {
      case 'up':
        down = false;
        return log.info(`connected to ${where()}`);
      case 'down':
        // It tries again and again, and each try fails alike.
        if (!down) log.warn(`no broker at ${where()}: ${report.why}; trying on`);
        down = true;
        return;
      case 'unreadable':
        return log.warn(`${report.topic}: ${report.problem}`);
      case 'handler':
        return log.error(`${report.topic}: ${wordsOf(report.error)}`);
      case 'dropped':
        return log.debug(`${report.topic}: dropped, for there is no broker`);
      case 'not-subscribed':
        return log.error(`the broker refuses ${report.filter}: ${wordsOf(report.error)}`);
      case 'not-published':
        return log.error(`the broker did not take ${report.topic}: ${wordsOf(report.error)}`);
      case 'journal':
        return log.warn(`journal of ${report.station}: ${JSON.stringify(report.report)}`);
      case 'journal-unreadable':
        return log.error(`journal of ${report.station} cannot be read: ${wordsOf(report.error)}`);
      case 'repeated-command':
        return log.debug(`${report.topic}: ${report.requestId} came again`);
      case 'unrouted':
        return;
    }
  };
}

/** What went wrong in a machine or beside it: always a defect of ours, and always survived. */
export const tellMishap = (log: Log) => (mishap: Mishap): void => {
  if (mishap.kind === 'stuck') log.error(`a machine made no progress at ${mishap.at}`);
  else log.error(`${mishap.kind} at ${mishap.at}: ${mishap.error instanceof Error ? (mishap.error.stack ?? mishap.error.message) : String(mishap.error)}`);
};
