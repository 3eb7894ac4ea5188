// Asks for a channel's topic (TOPIC). A function of its own, which a bundler leaves out if it is not imported.
import type { IrcClient } from '../client.ts';
import type { CallOptions } from '../options/connect-options.ts';
import type { Source } from '../types.ts';
import { checkTarget } from '../wire/argument-checks.ts';
import { parseSource } from '../wire/names/mask.ts';

/** A channel's topic. */
export interface Topic {
  /** Empty if none is set. */
  readonly text: string;
  /** Who set it, if the server tells. */
  readonly setBy: Source | undefined;
  /** When it was set, in milliseconds since 1970, if the server tells. */
  readonly setAtMs: number | undefined;
}

/**
 * A channel's topic, with who set it and when. `client.channel(name)?.topic` has the text without asking, for a channel
 * that this client is in.
 * @throws FairleadError as `request`: `'403'` if there is no such channel, `'442'` if it is only shown to members.
 * @example
 * ```ts
 * import { topic } from '@fairlead/irc';
 *
 * const { text, setBy } = await topic(irc, '#deploys');
 * ```
 */
export async function topic(client: IrcClient, channel: string, options: CallOptions = {}): Promise<Topic> {
  const { messages } = await client.request('TOPIC', [checkTarget(channel, 'The channel')], options);
  let text = '';
  let setBy: Source | undefined;
  let setAtMs: number | undefined;
  for (const { command, params } of messages) {
    // Without labels, the topic of a channel that this client is made to join may come in between.
    if (!client.sameName(params[1] ?? '', channel)) continue;
    if (command === '332') text = params[2] ?? '';
    if (command !== '333') continue;
    setBy = parseSource(params[2] ?? '');
    const seconds = params[3] ?? '';
    setAtMs = /^\d{1,12}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
  }
  return { text, setBy, setAtMs };
}
