// `POST /mqtt/publish`: one message or a batch, answered when the broker has them. It does not retry.
import { audit, batchAnswer, type RouteContext, withClient } from '@fairlead/http';
import type { Client } from '../../types/client.ts';
import { type Connect, resolveBroker } from '../broker/open-broker.ts';
import { checkTopic, type TopicPolicy } from '../broker/topic-policy.ts';
import { type PreparedMessage, readPublication, resultJson } from '../message-json.ts';
import type { PublishRequest } from './schemas.ts';

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
  audit(c, { action: 'publish', count: 1 });
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
  audit(c, { action: 'publish', count: publications.length });
  const answer = await withClient(c, broker.open(), async (client, signal) => {
    const publishing = publications.map((publication) => publishOne(client, publication, signal));
    const none = (count: number): string => `None of the ${count} messages was published`;
    return batchAnswer(c, signal, await Promise.allSettled(publishing), none);
  });
  return json(c, answer);
}

function json(c: RouteContext, value: unknown): Response {
  return c.newResponse(JSON.stringify(value), 200, { 'Content-Type': 'application/json' });
}
