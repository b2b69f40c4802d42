import type { Break } from './break.js';
import { calls } from './calls.js';
import { charging } from './charging.js';
import { messages } from './messages.js';

/** The rules that CSMS operators and their test tools look at, in the order of their subjects: B1, the boot, to B19, refusals. */
export const breaks: readonly Break[] = [...messages, ...charging, ...calls];

export const subjectOf = ({ rule }: Break): string => rule.slice(0, rule.indexOf(' '));

/** All of them where `PILOTWIRE_BREAKS=all`, else the first of each subject. */
export const chosen: readonly Break[] = process.env['PILOTWIRE_BREAKS'] === 'all'
  ? breaks
  : breaks.filter((one, n) => breaks.findIndex((other) => subjectOf(other) === subjectOf(one)) === n);
