// How a mooring keeps an IRC session: this package's client, and the channels that it joins again on each connection.
import { isFairleadError } from '@fairlead/errors';
import {
  type OpenSessionOptions,
  type RunningSession,
  type SessionSeat,
  type Settings,
  sessionSeat,
} from '@fairlead/mooring';
import type { IrcClient } from '../client.ts';
import { connect } from '../connection/connect.ts';
import { rejoinAfterKick } from '../rejoin/rejoin-after-kick.ts';
import type { IrcEvent } from '../types.ts';
import { runCommand } from './commands.ts';
import { plainEvent } from './plain-values.ts';
import { SessionChannels } from './session-channels.ts';
import type { ConnectedEvent, IrcGreeting, PlainOptions } from './types.ts';

/** Behind these another attempt may succeed; a server that refuses is left alone. */
const PASSING: readonly string[] = ['connection_lost', 'connect_failed', 'connect_timeout', 'timeout'];
/** Counted for each event besides its texts. */
const EVENT_BYTES = 256;

/** IRC's seat in a mooring. */
export const seat: SessionSeat = /* @__PURE__ */ sessionSeat({
  protocol: 'irc',
  open,
  isPassing: (error) => isFairleadError(error) && PASSING.includes(error.code),
});

async function open({ url, options }: Settings, input: OpenSessionOptions): Promise<RunningSession> {
  const { rejoin = false, channels = [], ...settings } = options as PlainOptions;
  const own = input.connector === undefined ? {} : { connector: input.connector };
  const policy = rejoin === false ? {} : { rejoin: rejoinAfterKick(rejoin === true ? {} : rejoin) };
  // Joined below: a channel that refuses the client must not end a session that has others.
  // The buffer says what is dropped, and the client waits for it.
  const common = { channels: [], overflow: 'wait', signal: input.signal } as const;
  const client = await connect(url, { ...settings, ...own, ...policy, ...common });
  const joined = new SessionChannels(client, input.storage, rejoin !== false);
  void pump(client, joined, input);
  void watch(client, input);
  try {
    const isFirst = await joined.joinAll(channels);
    if (!isFirst) await deliver(connected(client), input);
  } catch (error) {
    await client.close();
    throw error;
  }
  return {
    greeting: greetingOf(client),
    call: (name, args, timeoutMs) => runCommand(client, joined, name, args, timeoutMs),
    close: () => client.close(),
  };
}

/** Takes the client's events into the buffer, until the last one of the connection. */
async function pump(client: IrcClient, channels: SessionChannels, input: OpenSessionOptions): Promise<void> {
  try {
    for await (const event of client) {
      channels.follow(event);
      await input.room();
      await deliver(plainEvent(event), input);
    }
  } catch {
    // The connection's end is told by `watch`.
  }
}

/** Tells of the connection's end as it comes: the pump may wait for room then. */
async function watch(client: IrcClient, input: OpenSessionOptions): Promise<void> {
  let reason: unknown;
  try {
    const events = client.events({ maxQueued: 1, overflow: 'drop-newest' });
    while (!(await events.next()).done);
  } catch (error) {
    reason = error;
  }
  input.ended(reason);
}

function deliver(event: IrcEvent | ConnectedEvent, input: OpenSessionOptions): Promise<void> {
  return input.deliver(event, { byteLength: sizeOf(event) });
}

/** About the bytes of an event: the texts of its message. */
function sizeOf(event: IrcEvent | ConnectedEvent): number {
  if (event.type === 'connected') return EVENT_BYTES;
  const { rawTags, source, params } = event.message;
  const size = params.reduce((sum, { length }) => sum + length, rawTags.length + source.length + EVENT_BYTES);
  return event.type === 'batch' ? event.events.reduce((sum, each) => sum + sizeOf(each), size) : size;
}

function connected({ nick, channels }: IrcClient): ConnectedEvent {
  return {
    type: 'connected',
    time: Date.now(),
    nick,
    channels: [...channels.values()].map(({ name }) => name),
  };
}

function greetingOf({ nick, account, server, capabilities }: IrcClient): IrcGreeting {
  return { nick, account, server: { ...server }, capabilities: [...capabilities] };
}
