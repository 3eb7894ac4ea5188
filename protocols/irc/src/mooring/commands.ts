// The commands that callers of a session may run, by name. Arguments and results are plain values.
import { usage } from '@fairlead/errors';
import type { IrcClient } from '../client.ts';
import type { SayOptions } from '../text/send-text.ts';
import type { Tags } from '../types.ts';
import { plainAnswer, plainChannel } from './plain-values.ts';
import type { SessionChannels } from './session-channels.ts';

/** Runs one command. @throws FairleadError as the client's method of that name; `usage` for another name. */
export async function runCommand(
  client: IrcClient,
  channels: SessionChannels,
  name: string,
  args: readonly unknown[],
  timeoutMs: number,
): Promise<unknown> {
  const [first, second, third] = args as [string, string, never];
  const time = { timeoutMs };
  switch (name) {
    case 'say':
    case 'notice':
    case 'action':
      return client[name](first, second, { ...(third as SayOptions), ...time });
    case 'join':
      return plainChannel(await channels.join(first, { key: second, ...time }));
    case 'part':
      return client.part(first, second, time);
    case 'setNick':
      return client.setNick(first, time);
    case 'setTopic':
      return client.setTopic(first, second, time);
    case 'channel': {
      const channel = client.channel(first);
      return channel && plainChannel(channel);
    }
    case 'request': {
      const options = { ...(third as { tags?: Tags }), ...time };
      return plainAnswer(await client.request(first, args[1] as readonly string[], options));
    }
    case 'send':
      return client.send(first, args[1] as readonly string[], third);
    default:
      throw usage(`There is no command ${name}`);
  }
}
