// Asks who is in a channel (NAMES). A function of its own, which a bundler leaves out if it is not imported.
import type { IrcClient } from '../client.ts';
import type { CallOptions } from '../options/connect-options.ts';
import type { NamesEntry } from '../types.ts';
import { checkTarget } from '../wire/argument-checks.ts';
import { readNames } from '../wire/names/names-reply.ts';

/**
 * The members of a channel, as the server tells them now. This client need not be in it; `client.channel(name)` has the
 * members of a channel that it is in without asking.
 * @returns An empty list if there is no such channel, or it is secret.
 * @throws FairleadError as `request`.
 * @example
 * ```ts
 * import { names } from '@fairlead/irc';
 *
 * const operators = (await names(irc, '#deploys')).filter(({ modes }) => modes.includes('o'));
 * ```
 */
export async function names(
  client: IrcClient,
  channel: string,
  options: CallOptions = {},
): Promise<NamesEntry[]> {
  const { messages } = await client.request('NAMES', [checkTarget(channel, 'The channel')], options);
  // Without labels, the list of a channel that this client is made to join may come in between.
  const lists = messages.filter(
    ({ command, params }) => command === '353' && client.sameName(params[2] ?? '', channel),
  );
  return lists.flatMap(({ params }) => readNames(params[3] ?? '', client.isupport.prefixes));
}
