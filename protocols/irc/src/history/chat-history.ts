// What was said before (IRCv3 chathistory). A function of its own, which a bundler leaves out where it is not imported.

import { usage } from '@fairlead/errors';
import type { IrcClient } from '../client.ts';
import type { CallOptions } from '../options/connect-options.ts';
import type { IrcEvent } from '../types.ts';

/** A point in a history: a message's id, or a time in milliseconds since 1970. */
export type HistoryPoint = { readonly id: string } | { readonly time: number };

/** Which part of a history. Without `before`, `after` or `around`: the latest. */
export interface HistoryOptions extends CallOptions {
  readonly before?: HistoryPoint | undefined;
  /** With `before`: what lies between the two. */
  readonly after?: HistoryPoint | undefined;
  readonly around?: HistoryPoint | undefined;
  /** How many messages at most. Default 50; the server may allow fewer. */
  readonly limit?: number | undefined;
}

/**
 * Messages of a channel, or with a nick, from the server's history, oldest first.
 * @throws FairleadError `usage` where the server keeps none; else as `request`.
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
  if (!Number.isInteger(limit) || limit < 1) throw usage('The limit is a whole number from 1 on');
  const most = isupport.number('CHATHISTORY', 0) || limit;
  const [command, ...points] = selector(before, after, around);
  const params = [command ?? '', target, ...points, String(Math.min(limit, most))];
  const { events } = await client.request('CHATHISTORY', params, options);
  return events.flatMap((event) => (event.type === 'batch' ? event.events : []));
}

function selector(before?: HistoryPoint, after?: HistoryPoint, around?: HistoryPoint): string[] {
  if (around !== undefined) {
    if (before !== undefined || after !== undefined)
      throw usage('A history is around a point, or before or after one');
    return ['AROUND', point(around)];
  }
  if (before !== undefined && after !== undefined) return ['BETWEEN', point(after), point(before)];
  if (before !== undefined) return ['BEFORE', point(before)];
  return after === undefined ? ['LATEST', '*'] : ['AFTER', point(after)];
}

function point(at: HistoryPoint): string {
  if ('id' in at) return `msgid=${at.id}`;
  if (Number.isNaN(new Date(at.time).getTime())) throw usage('A time is in milliseconds since 1970');
  return `timestamp=${new Date(at.time).toISOString()}`;
}
