// One command, a pipeline, a transaction: what each sends, and its answer. It knows no path.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import type { RouteContext, Target } from '@fairlead/http';
import type { RedisClient } from '../client.ts';
import type { Reply } from '../wire/messages.ts';
import { mayWait, refuseUnsendable, withinTime } from './blocking/waits.ts';
import { forCaller } from './caller-errors.ts';
import { type Ask, run } from './open.ts';
import { jsonReply, wordsOf } from './upstash/json-reply.ts';
import type { Command } from './upstash/path.ts';
import { type ReplyFormat, replyFormatOf } from './upstash/reply-format.ts';
import { resp2 } from './upstash/resp2.ts';
import { withoutUpstashFlag } from './upstash/script.ts';

const JSON_HEADERS = { 'Content-Type': 'application/json' };
const BYTES_HEADERS = { 'Content-Type': 'application/octet-stream' };

type Bytes = RedisClient<Uint8Array>;

/** What a request sends, and the JSON of what it got. */
interface Sending<R> {
  send(client: Bytes, target: Target): Promise<R>;
  json(result: R, format: ReplyFormat): unknown;
  /** The body of a failure after the answer has begun. */
  failure(problem: unknown): unknown;
}

/** Runs one command. */
export async function single(c: RouteContext, ask: Ask): Promise<Response> {
  refuseUnsendable(ask.commands);
  const format = replyFormatOf(c);
  const send = (client: Bytes): Promise<Reply> => sendOne(c, client, ask.commands[0] ?? []);
  if (format.isResp2) return singleResp2(c, ask, send);
  return answer(c, ask, format, {
    send,
    json: (reply, { base64 }) => ({ result: jsonReply(reply, base64) }),
    failure: (problem) => problem,
  });
}

/** An error reply is 400, as in JSON, with the server's own line. */
async function singleResp2(
  c: RouteContext,
  ask: Ask,
  send: (client: Bytes) => Promise<Reply>,
): Promise<Response> {
  const { status, body } = await run(c, ask, async (client, target) => {
    const reply = await send(client).catch((error: unknown) => ownError(error));
    const status: 200 | 400 = reply instanceof FairleadError ? 400 : 200;
    return { status, body: resp2([reply], (error) => target.conceal(wordsOf(error))) };
  });
  return c.newResponse(body, status, BYTES_HEADERS);
}

/** Runs commands in their order; each has a result or an error of its own. */
export async function pipeline(c: RouteContext, ask: Ask): Promise<Response> {
  refuseUnsendable(ask.commands);
  const format = replyFormatOf(c);
  const send = async (client: Bytes): Promise<Reply[]> => {
    const outcomes = await Promise.allSettled(ask.commands.map((command) => sendOne(c, client, command)));
    return outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value : ownError(outcome.reason),
    );
  };
  if (format.isResp2) {
    const body = await run(c, ask, async (client, target) =>
      resp2(await send(client), (error) => target.conceal(wordsOf(error))),
    );
    return c.newResponse(body, 200, BYTES_HEADERS);
  }
  return answer(c, ask, format, {
    send: async (client, target) => ({ replies: await send(client), target }),
    json: ({ replies, target }, own) => replies.map((reply) => item(reply, target, own)),
    // Upstash's clients expect one item for each command.
    failure: (problem) => ask.commands.map(() => problem),
  });
}

/** Runs commands as a transaction. Nothing waits in one: what would block answers at once. The answer is always JSON. */
export async function transaction(c: RouteContext, ask: Ask): Promise<Response> {
  refuseUnsendable(ask.commands);
  const format = replyFormatOf(c);
  const results = await run(c, { ...ask, isTransaction: true }, async (client, target) => {
    const multi = client.multi({ as: 'bytes' });
    for (const command of ask.commands) multi.run([...withoutUpstashFlag(command)]);
    const replies = (await multi.exec()) ?? [];
    return replies.map((reply) => item(reply as Reply, target, format));
  });
  return c.newResponse(JSON.stringify(results), 200, JSON_HEADERS);
}

function sendOne(c: RouteContext, client: Bytes, command: Command): Promise<Reply> {
  // What may not be sent was refused, and a connection that may wait is the request's own.
  return client.run([...withoutUpstashFlag(withinTime(c, command))]) as Promise<Reply>;
}

function item(reply: Reply, target: Target, { base64 }: ReplyFormat): unknown {
  return isFairleadError(reply)
    ? { error: target.conceal(wordsOf(reply)) }
    : { result: jsonReply(reply, base64) };
}

async function answer<R>(
  c: RouteContext,
  ask: Ask,
  format: ReplyFormat,
  { send, json, failure }: Sending<R>,
): Promise<Response> {
  const text = async (left?: AbortSignal): Promise<string> =>
    JSON.stringify(json(await run(c, ask, send, left), format));
  if (!mayWait(ask.commands)) return c.newResponse(await text(), 200, JSON_HEADERS);
  const { lateAnswer } = await import('./blocking/late-answer.ts');
  const left = new AbortController();
  const work = text(left.signal).catch((error: unknown) => Promise.reject(forCaller(error)));
  const onLeft = (): void => left.abort();
  return lateAnswer(c, work, { headers: JSON_HEADERS, onLeft, onError: failure });
}

/** The error of one command. @throws The error, where it ended the connection: then the whole request fails. */
function ownError(error: unknown): FairleadError {
  if (isFairleadError(error) && (error.code === 'server' || error.code === 'usage')) return error;
  throw error;
}
