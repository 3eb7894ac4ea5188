// `POST /irc/send`: joins, says and parts in one call, on a connection of its own. The answer has a result for each message;
// no message is sent twice.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import {
  audit,
  batchAnswer,
  list,
  type Problem,
  problemSchema,
  type RouteContext,
  withClient,
} from '@fairlead/http';
import { z } from '@hono/zod-openapi';
import type { IrcClient } from '../client.ts';
import type { Sent } from '../text/send-text.ts';
import { checkTarget, checkText } from '../wire/argument-checks.ts';
import { opener } from './connect.ts';

const messageSchema = z.union([
  z.string().min(1),
  z.strictObject({
    text: z.string().min(1),
    kind: z.enum(['privmsg', 'notice', 'action']).optional(),
    lines: z.enum(['refuse', 'split']).optional().openapi({
      description: 'Whether a text with line ends is refused, or sent line by line. Default refuse',
    }),
  }),
]);

/** The body of the request. */
export const sendSchema = z
  .strictObject({
    connection: z.string().optional(),
    target: z.string().min(1).openapi({ description: 'A channel or a nick', example: '#deploys' }),
    messages: list(z.array(messageSchema).min(1)),
    join: z.boolean().optional().openapi({ description: 'Whether a channel is joined first. Default true' }),
    key: z.string().optional().openapi({ description: 'The channel’s key' }),
    part: z.union([z.boolean(), z.string()]).optional().openapi({
      description:
        'Whether the channel is left before the connection ends; a text is the reason. Default true',
    }),
  })
  .openapi('IrcSend');

const pieceSchema = z.object({
  text: z.string(),
  id: z.string().optional().openapi({ description: 'The message’s msgid, if the server echoes messages' }),
  time: z.number().optional().openapi({ description: 'Milliseconds since 1970' }),
});

/** The body of the answer. */
export const sentSchema = z
  .object({
    nick: z.string(),
    account: z.string().optional(),
    server: z.object({ name: z.string(), version: z.string(), network: z.string() }),
    target: z.string(),
    failed: z
      .number()
      .int()
      .openapi({ description: 'How many of the messages the server has not taken, or may not have taken' }),
    results: z
      .array(z.union([z.object({ sent: z.array(pieceSchema) }), z.object({ error: problemSchema })]))
      .openapi({ description: 'The result of each message, in their order' }),
  })
  .openapi('IrcSent');

type SendRequest = z.output<typeof sendSchema>;
type Piece = z.output<typeof pieceSchema>;
type SendAnswer = z.output<typeof sentSchema>;

/**
 * Sends the messages of one request.
 * @throws FairleadError `limit`; `usage`; `server` with the numeric if the server refuses; as `connect` of the client.
 */
export function send(c: RouteContext, request: SendRequest): Promise<SendAnswer> {
  const { maxCommands } = c.get('config').limits;
  if (request.messages.length > maxCommands) {
    throw new FairleadError('limit', `More than ${maxCommands} messages at once (maxCommands)`);
  }
  check(request);
  const open = opener(c, { action: 'send', connection: request.connection });
  audit(c, { action: 'send', count: request.messages.length });
  return withClient(c, open, (client, signal) => deliver(c, client, request, signal));
}

/** Refuses what no line can carry, before anything is dialled. @throws FairleadError `usage`. */
function check({ target, key, messages, part }: SendRequest): void {
  checkTarget(target, 'The target');
  if (key !== undefined) checkTarget(key, 'The key');
  if (typeof part === 'string') checkText(part, 'The reason of parting');
  for (const [index, message] of messages.entries()) {
    const { text, lines } = typeof message === 'string' ? { text: message, lines: 'refuse' } : message;
    checkText(lines === 'split' ? text.replace(/[\r\n]/g, '') : text, `messages[${index}]`);
  }
}

async function deliver(
  c: RouteContext,
  client: IrcClient,
  request: SendRequest,
  signal: AbortSignal,
): Promise<SendAnswer> {
  const { target, key, messages, join = true, part = true } = request;
  const joins = join && client.isupport.isChannel(target);
  if (joins) await client.join(target, { key, signal });
  const settled: PromiseSettledResult<readonly Sent[]>[] = [];
  let isLate = false;
  for (const message of messages) {
    const sending: Promise<readonly Sent[]> = isLate ? unsent() : say(client, target, message, signal);
    const [outcome] = await Promise.allSettled([sending]);
    settled.push(outcome);
    // Each has the rest of the request's time: behind one that has used it up nothing leaves, even before the signal fires.
    isLate ||= outcome.status === 'rejected' && isTimeout(outcome.reason);
  }
  const { failed, results } = batchAnswer(
    c,
    signal,
    settled,
    (count) => `None of the ${count} messages was taken`,
  );
  // The results are answered even if PART fails: closing leaves the channel too.
  if (joins && part !== false && !signal.aborted) {
    await client.part(target, part === true ? undefined : part, { signal }).catch(() => undefined);
  }
  const { nick, account, server } = client;
  return {
    nick,
    ...(account === undefined ? {} : { account }),
    server,
    target,
    failed,
    results: results.map((one) =>
      'error' in one ? { error: writable(one.error) } : { sent: one.map(present) },
    ),
  };
}

/** The problem as its schema has it: with lists that may be written to. */
function writable({ errors, ...problem }: Problem): z.output<typeof problemSchema> {
  return { ...problem, ...(errors === undefined ? {} : { errors: [...errors] }) };
}

/** Says one message. A message that did not leave, since the time is over or the connection gone, is safe to send again. */
function say(
  client: IrcClient,
  target: string,
  message: SendRequest['messages'][number],
  signal: AbortSignal,
): Promise<readonly Sent[]> {
  const { text, kind, lines } = typeof message === 'string' ? { text: message } : message;
  const call = kind === 'notice' ? client.notice : kind === 'action' ? client.action : client.say;
  return call.call(client, target, text, { signal, lines });
}

function isTimeout(error: unknown): boolean {
  return isFairleadError(error) && error.code === 'timeout';
}

async function unsent(): Promise<never> {
  const message = 'The message was not sent: the time of the request was over.';
  throw new FairleadError('timeout', message, { safeToRetry: true });
}

function present({ text, id, time }: Sent): Piece {
  return { text, ...(id === undefined ? {} : { id }), ...(time === undefined ? {} : { time }) };
}
