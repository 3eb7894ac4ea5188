// `POST /irc/send`: joins, says and parts in one call, on a connection of its own. The answer has a result for each message;
// no message is sent twice.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import { list, problemSchema, type RouteContext, toProblem, withClient } from '@fairlead/http';
import { z } from '@hono/zod-openapi';
import type { IrcClient } from '../client.ts';
import { changed } from '../errors.ts';
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
  const { maxCommands } = c.var.config.limits;
  if (request.messages.length > maxCommands) {
    throw new FairleadError('limit', `More than ${maxCommands} messages at once (maxCommands)`);
  }
  check(request);
  const open = opener(c, { action: 'send', connection: request.connection });
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
  const outcomes: Outcome[] = [];
  for (const message of messages) outcomes.push(await say(client, target, message, signal));
  const failures = outcomes.filter((one) => 'reason' in one);
  const [first] = failures;
  if (first !== undefined && failures.length === outcomes.length) {
    throw ofAll(
      first.reason,
      failures.map(({ reason }) => reason),
    );
  }
  // The results are answered even if PART fails: closing leaves the channel too.
  if (joins && part !== false && !signal.aborted) {
    await client.part(target, part === true ? undefined : part, { signal }).catch(() => undefined);
  }
  const { nick, account, server } = client;
  const results = outcomes.map((one) =>
    'reason' in one ? { error: problemOf(one.reason, c) } : { sent: one.sent.map(present) },
  );
  return {
    nick,
    ...(account === undefined ? {} : { account }),
    server,
    target,
    failed: failures.length,
    results,
  };
}

/** The problem as its schema has it: with lists that may be written to. */
function problemOf(reason: unknown, c: RouteContext): z.output<typeof problemSchema> {
  const { errors, ...problem } = toProblem(reason, c);
  return { ...problem, ...(errors === undefined ? {} : { errors: [...errors] }) };
}

/** The outcome of one message. */
type Outcome = { readonly sent: readonly Sent[] } | { readonly reason: unknown };

/** Says one message. A message that did not leave, since the time is over or the connection gone, is safe to send again. */
async function say(
  client: IrcClient,
  target: string,
  message: SendRequest['messages'][number],
  signal: AbortSignal,
): Promise<Outcome> {
  const { text, kind, lines } = typeof message === 'string' ? { text: message } : message;
  const call = kind === 'notice' ? client.notice : kind === 'action' ? client.action : client.say;
  try {
    return { sent: await call.call(client, target, text, { signal, lines }) };
  } catch (error) {
    return { reason: explain(error, signal) };
  }
}

/** Replaces `aborted` by the signal's own reason: the time was over, or the caller gone. */
function explain(error: unknown, { reason }: AbortSignal): unknown {
  if (!isFairleadError(error) || error.code !== 'aborted' || !isFairleadError(reason)) return error;
  const { safeToRetry, peer } = error;
  return new FairleadError(reason.code, reason.message, { safeToRetry, peer, cause: error });
}

/** The first failure, with a note that it is not the only one. It is safe to retry only if all of them are. */
function ofAll(first: unknown, reasons: readonly unknown[]): unknown {
  if (reasons.length === 1 || !isFairleadError(first)) return first;
  const safeToRetry = reasons.every((reason) => isFairleadError(reason) && reason.safeToRetry);
  const note = ` (none of the ${reasons.length} messages was taken; this is the first one’s error)`;
  return changed(first, { cause: first, safeToRetry }, note);
}

function present({ text, id, time }: Sent): Piece {
  return { text, ...(id === undefined ? {} : { id }), ...(time === undefined ? {} : { time }) };
}
