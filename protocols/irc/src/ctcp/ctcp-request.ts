// Requests from client to client (CTCP). A function of its own; it opens no connection to anybody, so there is no DCC.

import { usage } from '@fairlead/errors';
import type { IrcClient } from '../client.ts';
import type { CallOptions } from '../options/connect-options.ts';

/**
 * Sends a CTCP request such as `VERSION` or `PING`. The answer, if there is one, comes as an event `ctcp` with `reply`.
 * @throws FairleadError `usage` for DCC, a malformed command, or text with CR, LF, NUL or U+0001; else as `request`.
 */
export async function ctcp(
  client: IrcClient,
  target: string,
  command: string,
  text = '',
  options: CallOptions = {},
): Promise<void> {
  if (!/^[A-Za-z0-9]+$/.test(command) || text.includes('\x01'))
    throw usage('A CTCP command is a word, and its text has no U+0001');
  if (command.toUpperCase() === 'DCC')
    throw usage('DCC would connect to other users directly, which this client does not do');
  const words = text === '' ? command.toUpperCase() : `${command.toUpperCase()} ${text}`;
  await client.request('PRIVMSG', [target, `\x01${words}\x01`], options);
}
