// Requests from client to client (CTCP). A function of its own, which a bundler leaves out if it is not imported. There is
// no DCC: it would connect to other users directly.

import { usage } from '@fairlead/errors';
import type { IrcClient } from '../client.ts';
import type { CallOptions } from '../options/connect-options.ts';

/**
 * Sends a CTCP request such as `VERSION` or `PING`. The reply, if there is one, comes as an event `ctcp` with `reply: true`.
 * @throws FairleadError `usage` for DCC, a malformed command, or text with CR, LF, NUL or U+0001; otherwise as `request`.
 * @example
 * ```ts
 * import { ctcp } from '@fairlead/irc';
 *
 * await ctcp(irc, 'alice', 'PING', String(Date.now()));
 * ```
 */
export async function ctcp(
  client: IrcClient,
  target: string,
  command: string,
  text = '',
  options: CallOptions = {},
): Promise<void> {
  if (!/^[A-Za-z0-9]+$/.test(command) || text.includes('\x01'))
    throw usage('A CTCP command must be letters and digits, and its text must not contain U+0001');
  if (command.toUpperCase() === 'DCC')
    throw usage('DCC is not supported: it would connect to other users directly');
  const words = text === '' ? command.toUpperCase() : `${command.toUpperCase()} ${text}`;
  await client.request('PRIVMSG', [target, `\x01${words}\x01`], options);
}
