// What a request to subscribe asks for, checked, and the subscription at the broker. It writes no answer.
import {
  HttpProblem,
  type Open,
  operationTimeoutMs,
  type RouteContext,
  schemaFault,
  wantsWebSocket,
} from '@fairlead/http';
import type { Client, Subscription } from '../../types/client.ts';
import { type BrokerTarget, type Connect, resolveBroker, sessionClientId } from '../broker/open-broker.ts';
import { checkFilter } from '../broker/topic-policy.ts';
import { DEFAULTS, type SubscribeQuery, subscribeSchema } from './schemas.ts';

const RESUME_HEADER = 'Last-Event-ID';
/** `<session>.<number of the message>`; sessions have no dot in their name. */
const EVENT_ID = /^([A-Za-z0-9_-]{1,64})\.(\d{1,15})$/;
/** The client's own limits come first: this one is for a broker that answers nothing at all. */
const MARGIN_MS = 15_000;

/** A subscription that was asked for, checked. */
export interface SubscribeRequest {
  readonly query: SubscribeQuery;
  readonly broker: BrokerTarget;
  readonly open: Open<Client>;
  /** The session's name, from the query or from `Last-Event-ID`. */
  readonly session: string | undefined;
  /** The number of the last message that the caller has, as it says. */
  readonly lastNumber: number;
  /** How many messages may be unconfirmed. */
  readonly window: number;
  readonly limit: number;
  /** How long messages are delivered. */
  readonly lifeMs: number;
  /** How long the whole may take. */
  readonly timeoutMs: number;
}

/**
 * Reads and checks a request, before anything is dialled.
 * @throws HttpProblem 400, 403, 404; FairleadError `usage`, `policy`.
 */
export async function readSubscribeRequest(c: RouteContext, connect: Connect): Promise<SubscribeRequest> {
  const query = readQuery(c);
  const broker = resolveBroker(c, connect, 'read', query.connection);
  for (const [i, filter] of query.topic.entries()) {
    checkFilter(broker.settings, filter, `query.topic[${i}]`);
  }
  const { session, lastNumber } = readResumption(c, query.session);
  const window = (wantsWebSocket(c) ? query.window : undefined) ?? DEFAULTS.window;
  const lifeMs = readLife(c, query.seconds);
  return {
    query,
    broker,
    open: await opener(c, broker, query, session),
    session,
    lastNumber,
    window,
    limit: query.limit ?? Number.POSITIVE_INFINITY,
    lifeMs,
    timeoutMs: lifeMs + MARGIN_MS,
  };
}

function readQuery(c: RouteContext): SubscribeQuery {
  const { topic, ...others } = c.req.queries();
  const query: Record<string, unknown> = { topic: topic ?? [] };
  for (const [name, values] of Object.entries(others)) {
    if (values.length > 1) throw new HttpProblem('invalid', `query.${name}: stands more than once`);
    query[name] = values[0];
  }
  const parsed = subscribeSchema.safeParse(query);
  if (!parsed.success) throw schemaFault('query', parsed.error);
  const { session, expiry } = parsed.data;
  if (expiry !== undefined && session === undefined && c.req.header(RESUME_HEADER) === undefined) {
    throw new HttpProblem('invalid', 'query.expiry: needs "session", of which it is the time');
  }
  return parsed.data;
}

/** Where a caller was: the header names the session and the last message that it has. */
function readResumption(
  c: RouteContext,
  session: string | undefined,
): { session: string | undefined; lastNumber: number } {
  const header = c.req.header(RESUME_HEADER);
  if (header === undefined || header === '') return { session, lastNumber: 0 };
  const [, named, number] = EVENT_ID.exec(header) ?? [];
  if (named === undefined) {
    throw new HttpProblem('invalid', `header.${RESUME_HEADER}: is not an id that this path gave out`);
  }
  if (session !== undefined && session !== named) {
    throw new HttpProblem('invalid', `header.${RESUME_HEADER}: is of another session than the query names`);
  }
  return { session: named, lastNumber: Number(number) };
}

/** `seconds`, and no more than the caller's own time limit; at most the operator's cap. */
function readLife(c: RouteContext, seconds: number | undefined): number {
  const { maxTimeoutMs } = c.get('config').limits;
  const capMs = operationTimeoutMs(c, maxTimeoutMs);
  if (seconds === undefined) return capMs;
  if (seconds * 1000 > maxTimeoutMs) {
    throw new HttpProblem(
      'invalid',
      `query.seconds: must be a whole number from 1 to ${Math.floor(maxTimeoutMs / 1000)}`,
    );
  }
  return Math.min(seconds * 1000, capMs);
}

async function opener(
  c: RouteContext,
  broker: BrokerTarget,
  query: SubscribeQuery,
  session: string | undefined,
): Promise<Open<Client>> {
  if (session === undefined) return broker.open();
  const isVersion5 = broker.settings.protocolVersion !== 4;
  const expiry = query.expiry ?? DEFAULTS.expirySeconds;
  return broker.open({
    clientId: await sessionClientId(c, broker.settings, session),
    clean: false,
    ...(isVersion5 ? { sessionExpirySeconds: expiry } : {}),
  });
}

/** Subscribes. @throws FairleadError as the client's `subscribe`. */
export function subscribe(client: Client, request: SubscribeRequest): Promise<Subscription> {
  const { query, session } = request;
  // A caller that comes back has the retained messages already.
  const retained =
    session !== undefined && client.server.protocolVersion === 5
      ? { retainHandling: 'send-if-new' as const }
      : {};
  return client.subscribe(
    query.topic.map((filter) => ({ filter, ...retained })),
    // No signal: when it fires the client ends, and a session that the broker keeps keeps its subscriptions.
    { qos: query.qos, acknowledge: 'manual' },
  );
}

/** The first event: the granted filters, and whether the broker still had the session. */
export function greeting(
  client: Client,
  subscription: Subscription,
  request: SubscribeRequest,
): Record<string, unknown> {
  const { session } = request;
  return {
    granted: subscription.granted.map(({ filter, qos }) => ({ filter, qos })),
    ...(session === undefined ? {} : { session, sessionPresent: client.server.sessionPresent }),
  };
}
