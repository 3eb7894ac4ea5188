// `POST /irc/send`: join, say, part, in one call on a connection of its own. It answers when the server has taken all.
import { FairleadError } from '@fairlead/errors';
import { type RouteContext, withClient } from '@fairlead/http';
import { z } from '@hono/zod-openapi';
import type { IrcClient, Sent } from '../client.ts';
import { checkTarget, checkText } from '../encode.ts';
import { opener } from './open.ts';

const messageSchema = z.union([
  z.string().min(1),
  z.strictObject({ text: z.string().min(1), kind: z.enum(['privmsg', 'notice', 'action']).optional() }),
]);

/** What a caller sends. */
export const sendSchema = z
  .strictObject({
    connection: z.string().optional(),
    target: z.string().min(1).openapi({ description: 'A channel or a nick', example: '#deploys' }),
    messages: z.array(messageSchema).min(1),
    join: z.boolean().optional().openapi({ description: 'Whether a channel is joined first. Default true' }),
    key: z.string().optional().openapi({ description: 'The channel’s key' }),
    part: z.union([z.boolean(), z.string()]).optional().openapi({
      description:
        'Whether the channel is left before the connection ends, and with which words. Default true',
    }),
  })
  .openapi('IrcSend');

/** What a caller gets. */
export const sentSchema = z
  .object({
    nick: z.string(),
    account: z.string().optional(),
    server: z.object({ name: z.string(), version: z.string(), network: z.string() }),
    target: z.string(),
    sent: z.array(
      z.object({
        text: z.string(),
        id: z.string().optional().openapi({ description: 'The server’s msgid, where it echoes messages' }),
        time: z.number().optional().openapi({ description: 'Milliseconds since 1970' }),
      }),
    ),
  })
  .openapi('IrcSent');

type SendRequest = z.output<typeof sendSchema>;
type SendAnswer = z.output<typeof sentSchema>;

/** @throws FairleadError `limit`; `server` with the numeric where the server refuses; as `connect` and `request` of the client. */
export function send(c: RouteContext, request: SendRequest): Promise<SendAnswer> {
  const { maxCommands } = c.var.config.limits;
  if (request.messages.length > maxCommands) {
    throw new FairleadError('limit', `More than ${maxCommands} messages at once (maxCommands)`);
  }
  check(request);
  const open = opener(c, { action: 'send', connection: request.connection });
  return withClient(c, open, (client, signal) => deliver(client, request, signal));
}

/** Says what no line can carry before anything is dialled. */
function check({ target, key, messages, part }: SendRequest): void {
  checkTarget(target, 'The target');
  if (key !== undefined) checkTarget(key, 'The key');
  if (typeof part === 'string') checkText(part, 'The words of parting');
  for (const message of messages)
    checkText(typeof message === 'string' ? message : message.text, 'A message');
}

async function deliver(client: IrcClient, request: SendRequest, signal: AbortSignal): Promise<SendAnswer> {
  const { target, key, messages, join = true, part = true } = request;
  const joins = join && client.isupport.isChannel(target);
  if (joins) await client.join(target, { key, signal });
  const sent: Sent[] = [];
  for (const message of messages) {
    const { text, kind } = typeof message === 'string' ? { text: message, kind: undefined } : message;
    const say = kind === 'notice' ? client.notice : kind === 'action' ? client.action : client.say;
    sent.push(...(await say.call(client, target, text, { signal })));
  }
  if (joins && part !== false) await client.part(target, part === true ? undefined : part, { signal });
  const { nick, account, server } = client;
  return { nick, ...(account === undefined ? {} : { account }), server, target, sent: sent.map(present) };
}

function present({ text, id, time }: Sent): SendAnswer['sent'][number] {
  return { text, ...(id === undefined ? {} : { id }), ...(time === undefined ? {} : { time }) };
}
