// Replies to CTCP requests, as the option `ctcp` says. It sends nothing.

import type { CtcpReplies } from '../session/session-options.ts';
import type { IrcEvent } from '../types.ts';
import type { MessageDraft } from '../wire/encode.ts';
import { splitText } from '../wire/split-text.ts';

/** The most bytes of text that others can make this client send, so that it fits a line in any case. */
export const MAX_ECHOED_BYTES = 300;

/** A CTCP request, or the reply to one. */
export type CtcpEvent = Extract<IrcEvent, { type: 'ctcp' }>;

/** The reply to a CTCP event; undefined for none. Only requests of other users are replied to. */
export function ctcpReply(
  { command, text, reply, from, self }: CtcpEvent,
  { version, ping }: CtcpReplies = {},
): MessageDraft | undefined {
  const words = command === 'VERSION' ? version : command === 'PING' && ping ? text : undefined;
  if (words === undefined || reply || self || from.host === '') return undefined;
  const [body = ''] = splitText(`${command} ${words}`, MAX_ECHOED_BYTES);
  return { command: 'NOTICE', params: [from.nick, `\x01${body}\x01`] };
}
