// What CTCP requests are answered with, by the caller's choice. It sends nothing.

import type { CtcpReplies } from '../session/session-options.ts';
import type { IrcEvent } from '../types.ts';
import type { MessageDraft } from '../wire/encode.ts';
import { splitText } from '../wire/split-text.ts';

/** What others make this client say fits a line in any case. */
export const MAX_ECHOED_BYTES = 300;

/** A request, or an answer to one. */
export type CtcpEvent = Extract<IrcEvent, { type: 'ctcp' }>;

/** The answer; undefined for none. Servers are not answered, nor this client itself, nor answers. */
export function ctcpReply(
  { command, text, reply, from, self }: CtcpEvent,
  { version, ping }: CtcpReplies = {},
): MessageDraft | undefined {
  const words = command === 'VERSION' ? version : command === 'PING' && ping ? text : undefined;
  if (words === undefined || reply || self || from.host === '') return undefined;
  const [body = ''] = splitText(`${command} ${words}`, MAX_ECHOED_BYTES);
  return { command: 'NOTICE', params: [from.nick, `\x01${body}\x01`] };
}
