// `POST /mqtt/publish`: one message or a batch, answered when the broker has them. It does not retry.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import { type Problem, type RouteContext, toProblem, withClient } from '@fairlead/http';
import type { Client } from '../../types/client.ts';
import { type Connect, resolveBroker } from '../broker/open-broker.ts';
import { checkTopic, type TopicPolicy } from '../broker/topic-policy.ts';
import { type PreparedMessage, readPublication, resultJson } from '../message-json.ts';
import type { PublishRequest } from './schemas.ts';

/** The result or the problem of one message of a batch. */
type Outcome = Record<string, unknown> | { readonly error: Problem };

/** Checks a message before anything is dialled. @throws FairleadError `usage`, `policy`. */
export function preparePublication(
  request: PublishRequest,
  policy: TopicPolicy,
  path: string,
): PreparedMessage {
  checkTopic(policy, request.topic, `${path}.topic`);
  // The answer is published there with the rights of the service that answers.
  const responseTopic = request.properties?.responseTopic;
  if (responseTopic !== undefined) checkTopic(policy, responseTopic, `${path}.properties.responseTopic`);
  return readPublication(request, path);
}

/** Publishes one message. @throws FairleadError as the client's `publish`; `server` where the broker refused it. */
export async function publishOne(
  client: Client,
  { topic, payload, options }: PreparedMessage,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  return resultJson(await client.publish(topic, payload, { ...options, signal }));
}

/** The answer for one message. */
export async function publishSingle(
  c: RouteContext,
  connect: Connect,
  request: PublishRequest,
  connection: string | undefined,
): Promise<Response> {
  const broker = resolveBroker(c, connect, 'write', connection);
  const publication = preparePublication(request, broker.settings, 'body');
  const result = await withClient(c, broker.open(), (client, signal) =>
    publishOne(client, publication, signal),
  );
  return json(c, result);
}

/**
 * The answer for a batch: the result or problem of each message, in their order. Where all messages failed, the answer is
 * the first one's problem, so that its status does not look like success.
 */
export async function publishBatch(
  c: RouteContext,
  connect: Connect,
  requests: readonly PublishRequest[],
  connection: string | undefined,
): Promise<Response> {
  const broker = resolveBroker(c, connect, 'write', connection);
  const publications = requests.map((request, i) =>
    preparePublication(request, broker.settings, `body.messages[${i}]`),
  );
  const settled = await withClient(c, broker.open(), (client, signal) =>
    Promise.allSettled(
      publications.map((publication) =>
        publishOne(client, publication, signal).catch((error: unknown) => {
          throw explain(error, signal);
        }),
      ),
    ),
  );
  const failures = settled.filter((one) => one.status === 'rejected');
  const [first] = failures;
  if (first !== undefined && failures.length === settled.length) {
    throw inBatch(
      first.reason,
      failures.map(({ reason }) => reason),
    );
  }
  const results = settled.map(
    (one): Outcome => (one.status === 'fulfilled' ? one.value : { error: toProblem(one.reason, c) }),
  );
  return json(c, { failed: failures.length, results });
}

/** The client's `aborted` as the error that the signal carries: whether the time was over or the caller gone. */
function explain(error: unknown, signal: AbortSignal): unknown {
  const reason: unknown = signal.reason;
  if (!isFairleadError(error) || error.code !== 'aborted' || !isFairleadError(reason)) return error;
  const { safeToRetry, peer } = error;
  return new FairleadError(reason.code, reason.message, { safeToRetry, peer, cause: error });
}

/** The first failure, and that all messages failed. Safe to retry only where each of them is. */
function inBatch(first: unknown, reasons: readonly unknown[]): unknown {
  if (reasons.length === 1 || !isFairleadError(first)) return first;
  const { code, message, blame, peer, server } = first;
  const text = `None of the ${reasons.length} messages was published; the first one: ${message}`;
  const safeToRetry = reasons.every((reason) => isFairleadError(reason) && reason.safeToRetry);
  return new FairleadError(code, text, { blame, safeToRetry, peer, server, cause: first });
}

function json(c: RouteContext, value: unknown): Response {
  return c.newResponse(JSON.stringify(value), 200, { 'Content-Type': 'application/json' });
}
