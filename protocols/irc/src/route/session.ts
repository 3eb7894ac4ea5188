// `GET /irc/session`: a WebSocket that sends events and takes commands, as JSON. The IRC connection lives as long as it.
import { whenAborted, withAttemptSignal } from '@fairlead/client';
import {
  audit,
  type Dialogue,
  type RouteContext,
  schemaFault,
  toProblem,
  webSocketWithClient,
} from '@fairlead/http';
import { z } from '@hono/zod-openapi';
import type { IrcClient } from '../client.ts';
import { ctcp } from '../ctcp/ctcp-request.ts';
import { chatHistory } from '../history/chat-history.ts';
import { names } from '../queries/names.ts';
import { type Whois, whois } from '../queries/whois.ts';
import type { Channel, IrcEvent } from '../types.ts';
import { opener } from './connect.ts';

/** The longest time of a timer, some 24 days. A WebSocket ends earlier. */
const LIFE_MS = 2 ** 31 - 1;

const ref = z.union([z.string(), z.number()]).optional();
const lines = z.enum(['refuse', 'split']).optional();
const text = { target: z.string(), text: z.string(), ref };
const pointSchema = z.union([z.strictObject({ id: z.string() }), z.strictObject({ time: z.number() })]);

/** The commands. */
const commandSchema = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('join'), channel: z.string(), key: z.string().optional(), ref }),
  z.strictObject({ command: z.literal('part'), channel: z.string(), reason: z.string().optional(), ref }),
  z.strictObject({ command: z.literal('say'), ...text, lines }),
  z.strictObject({ command: z.literal('notice'), ...text, lines }),
  z.strictObject({ command: z.literal('action'), ...text, lines }),
  z.strictObject({ command: z.literal('ctcp'), ...text, request: z.string() }),
  z.strictObject({ command: z.literal('nick'), nick: z.string(), ref }),
  z.strictObject({ command: z.literal('topic'), channel: z.string(), topic: z.string(), ref }),
  z.strictObject({ command: z.literal('channel'), channel: z.string(), ref }),
  z.strictObject({ command: z.literal('names'), channel: z.string(), ref }),
  z.strictObject({ command: z.literal('whois'), nick: z.string(), ref }),
  z.strictObject({
    command: z.literal('history'),
    target: z.string(),
    before: pointSchema.optional(),
    after: pointSchema.optional(),
    around: pointSchema.optional(),
    limit: z.number().int().min(1).optional(),
    ref,
  }),
  z.strictObject({ command: z.literal('request'), name: z.string(), params: z.array(z.string()), ref }),
]);

type Command = z.output<typeof commandSchema>;

/** Commands that others see. `request` sends any line. */
const WRITES: ReadonlySet<Command['command']> = /* @__PURE__ */ new Set<Command['command']>([
  'say',
  'notice',
  'action',
  'ctcp',
  'topic',
  'request',
]);

/** Answers with a WebSocket over an IRC connection. @throws HttpProblem, FairleadError before the upgrade. */
export function openSession(c: RouteContext): Promise<Response> {
  const channels = c.req.queries('channel') ?? [];
  const open = opener(c, { action: 'session', channels });
  return webSocketWithClient(
    c,
    // Behind the attempt the signal must not cut the connection off: QUIT leaves first.
    (signal) => withAttemptSignal(signal, open),
    async (client, signal) => {
      // The end of the socket ends the events; the client sends QUIT.
      whenAborted(signal, () => void client.close());
      return new SessionDialogue(c, client);
    },
    LIFE_MS,
  );
}

/** Turns the client's events into JSON, and JSON commands into calls of the client. */
class SessionDialogue implements Dialogue {
  readonly events: AsyncIterable<string>;
  readonly #c: RouteContext;
  readonly #client: IrcClient;

  constructor(c: RouteContext, client: IrcClient) {
    this.#c = c;
    this.#client = client;
    this.events = this.#events();
  }

  async *#events(): AsyncGenerator<string, void, undefined> {
    const client = this.#client;
    const { nick, account, server, capabilities } = client;
    const channels = [...client.channels.values()].map(channelJson);
    yield json('ready', { nick, account, server, capabilities: [...capabilities], channels });
    for await (const event of client) yield JSON.stringify(eventJson(event));
  }

  async command(value: unknown): Promise<string | undefined> {
    const parsed = commandSchema.safeParse(value);
    if (!parsed.success) throw schemaFault('command', parsed.error, value);
    const named = parsed.data.ref === undefined ? {} : { ref: parsed.data.ref };
    if (WRITES.has(parsed.data.command)) audit(this.#c, { action: parsed.data.command, count: 1 });
    try {
      return json('done', { ...named, ...(await run(this.#client, parsed.data)) });
    } catch (error) {
      return json('error', { ...named, problem: toProblem(error, this.#c) });
    }
  }
}

async function run(client: IrcClient, command: Command): Promise<Record<string, unknown>> {
  switch (command.command) {
    case 'join':
      return { channel: channelJson(await client.join(command.channel, { key: command.key })) };
    case 'part':
      await client.part(command.channel, command.reason);
      return {};
    case 'say':
    case 'notice':
    case 'action':
      return { sent: await client[command.command](command.target, command.text, { lines: command.lines }) };
    case 'ctcp':
      await ctcp(client, command.target, command.request, command.text);
      return {};
    case 'nick':
      await client.setNick(command.nick);
      return { nick: client.nick };
    case 'topic':
      await client.setTopic(command.channel, command.topic);
      return {};
    case 'channel': {
      const channel = client.channel(command.channel);
      return channel === undefined ? {} : { channel: channelJson(channel) };
    }
    case 'names':
      return { names: await names(client, command.channel) };
    case 'whois':
      return { whois: whoisJson(await whois(client, command.nick)) };
    case 'history':
      return { events: (await chatHistory(client, command.target, command)).map(eventJson) };
    case 'request':
      return { messages: (await client.request(command.name, command.params)).messages };
  }
}

function channelJson({ name, topic, members, modes, complete }: Channel): Record<string, unknown> {
  const list = [...members.values()].map((member) => ({ ...member.user, modes: member.modes }));
  return { name, topic, complete, modes: Object.fromEntries(modes), members: list };
}

/** The answer to WHOIS without its messages; null for a nick that is not in use. */
function whoisJson(found: Whois | undefined): Record<string, unknown> | null {
  if (found === undefined) return null;
  const { messages: _, ...members } = found;
  return members;
}

/** An event with its tags instead of its message. */
function eventJson(event: IrcEvent): Record<string, unknown> {
  const { type, message, ...members } = event;
  const nested = event.type === 'batch' ? { events: event.events.map(eventJson) } : {};
  return { event: type, ...members, ...nested, tags: message.tags };
}

function json(event: string, members: Record<string, unknown>): string {
  return JSON.stringify({ event, ...members });
}
