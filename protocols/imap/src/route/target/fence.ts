// Which mailboxes an operator leaves to callers: `"mailboxes": ["INBOX", "Archive/*"]` in a connection's entry. Names are compared as
// callers and servers write them, decoded; only INBOX has no case.
import { FairleadError } from '@fairlead/errors';
import { isInbox } from '../../names/utf7.ts';

const MAX_CHARACTERS = 1000;
/** A level that leads upwards where a server keeps mailboxes as folders, whatever its delimiter. */
const UPWARDS = /(?:^|[/\\])\.\.?(?:$|[/\\])/;

/** What is wrong with a text as the name of a mailbox, if anything. */
export function mailboxFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.length > MAX_CHARACTERS) return `is longer than ${MAX_CHARACTERS} characters`;
  if (/[*%]/.test(name)) return 'holds a wildcard (* or %)';
  if (/\p{Cc}/u.test(name)) return 'holds a control character';
  return name.isWellFormed() ? undefined : 'holds half of a surrogate pair';
}

/** Whether a text can stand in `mailboxes`. */
export function isMailboxPattern(text: string): boolean {
  return text === '*' || mailboxFault(text.replaceAll('*', 'x')) === undefined;
}

/** Whether a mailbox is among those that the operator leaves to callers. */
export function isAllowed(mailboxes: readonly string[] | undefined, name: string): boolean {
  if (mailboxes === undefined) return true;
  if (UPWARDS.test(name)) return false;
  return mailboxes.some((pattern) => matches(pattern, name));
}

/**
 * A caller's mailbox, as the server gets it.
 * @param place For the message: `body.mailbox`.
 * @throws FairleadError `policy` for one that is not the operator's to give.
 */
export function allowedMailbox(
  mailboxes: readonly string[] | undefined,
  name: string,
  place: string,
): string {
  if (isAllowed(mailboxes, name)) return name;
  const message = `${place}: the mailbox is not among those that this connection’s operator leaves to callers`;
  throw new FairleadError('policy', message, { safeToRetry: true });
}

/** Without a regular expression: patterns with many stars would take it long. */
function matches(pattern: string, name: string): boolean {
  if (isInbox(pattern)) return isInbox(name);
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
