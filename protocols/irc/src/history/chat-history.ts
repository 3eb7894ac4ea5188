// Messages of the past (IRCv3 chathistory). A function of its own, which a bundler leaves out if it is not imported.

import { usage } from '@fairlead/errors';
import type { IrcClient } from '../client.ts';
import type { CallOptions } from '../options/connect-options.ts';
import type { IrcEvent } from '../types.ts';

/** A point in a history: the id of a message (`msgid`), or a time in milliseconds since 1970. */
export type HistoryPoint = { readonly id: string } | { readonly time: number };

/** The part of a history to read. Without `before`, `after` and `around`: the latest messages. */
export interface HistoryOptions extends CallOptions {
  /** Messages before this point. */
  readonly before?: HistoryPoint | undefined;
  /** Messages after this point; with `before`, those between the two. */
  readonly after?: HistoryPoint | undefined;
  /** Messages on both sides of this point. Not together with `before` or `after`. */
  readonly around?: HistoryPoint | undefined;
  /** The most messages. Default 50; the server may allow fewer. */
  readonly limit?: number | undefined;
}

/**
 * Reads the messages of a channel, or with a nick, from the server's history.
 * @returns The events, oldest first.
 * @throws FairleadError `usage` if the server has no history; otherwise as `request`.
 * @example
 * ```ts
 * import { chatHistory } from '@fairlead/irc';
 *
 * const events = await chatHistory(irc, '#deploys', { before: { time: Date.now() }, limit: 100 });
 * ```
 */
export async function chatHistory(
  client: IrcClient,
  target: string,
  options: HistoryOptions = {},
): Promise<IrcEvent[]> {
  const { capabilities, isupport } = client;
  if (!capabilities.has('draft/chathistory') && !capabilities.has('chathistory')) {
    throw usage('The server offers no history (chathistory)');
  }
  const { before, after, around, limit = 50 } = options;
  if (!Number.isInteger(limit) || limit < 1) throw usage('limit must be a whole number above 0');
  const most = isupport.number('CHATHISTORY', 0) || limit;
  const [command, ...points] = selector(before, after, around);
  const params = [command ?? '', target, ...points, String(Math.min(limit, most))];
  const { events } = await client.request('CHATHISTORY', params, options);
  return events.flatMap((event) => (event.type === 'batch' ? event.events : []));
}

function selector(before?: HistoryPoint, after?: HistoryPoint, around?: HistoryPoint): string[] {
  if (around !== undefined) {
    if (before !== undefined || after !== undefined)
      throw usage('around cannot be combined with before or after');
    return ['AROUND', point(around)];
  }
  if (before !== undefined && after !== undefined) return ['BETWEEN', point(after), point(before)];
  if (before !== undefined) return ['BEFORE', point(before)];
  return after === undefined ? ['LATEST', '*'] : ['AFTER', point(after)];
}

function point(at: HistoryPoint): string {
  if ('id' in at) return `msgid=${at.id}`;
  if (Number.isNaN(new Date(at.time).getTime())) throw usage('time must be milliseconds since 1970');
  return `timestamp=${new Date(at.time).toISOString()}`;
}
