// Tells which messages refuse a command. `errors.ts` makes the errors.
import type { Message } from '../../types.ts';

/**
 * Error numerics outside of 400 to 599, as servers use them (Solanum, InspIRCd, UnrealIRCd, Ergo; IRCv3 metadata-2,
 * monitor and sasl-3.2).
 */
const OTHERS: ReadonlySet<string> = new Set(
  (
    '263 691 696 697 698 712 713 714 715 716 723 734 742 743 744 764 765 766 767 768 769 ' +
    '902 904 905 906 907 936 937 938 939 942 952 972 974 981 982 983 999'
  ).split(' '),
);
/** The numeric between 400 and 599 that refuses nothing: there is no MOTD. */
const HARMLESS: ReadonlySet<string> = new Set(['422']);

/** Whether a message refuses a command: an error numeric, or FAIL (IRCv3 standard replies). */
export function isErrorReply({ command }: Message): boolean {
  if (command === 'FAIL') return true;
  if (/^[45]\d\d$/.test(command)) return !HARMLESS.has(command);
  return OTHERS.has(command);
}
