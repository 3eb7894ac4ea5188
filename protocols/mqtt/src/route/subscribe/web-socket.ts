// `GET /mqtt/subscribe` as a WebSocket: messages out, confirmations and publications in. A message is acknowledged when
// the caller confirms it, and not before.
import { firstOf } from '@fairlead/client';
import {
  AckWindow,
  audit,
  type Dialogue,
  type RouteContext,
  schemaFault,
  toProblem,
  webSocketWithClient,
} from '@fairlead/http';
import type { Client, Message, Subscription } from '../../types/client.ts';
import { messageJson } from '../message-json.ts';
import { preparePublication, publishOne } from '../publish/handler.ts';
import type { PublishRequest } from '../publish/schemas.ts';
import { LimitedMessages } from './limited-messages.ts';
import { greeting, type SubscribeRequest, subscribe } from './request.ts';
import { commandSchema } from './schemas.ts';

/** Answers with a WebSocket over a subscription. */
export function openSocket(c: RouteContext, request: SubscribeRequest): Promise<Response> {
  return webSocketWithClient(
    c,
    request.open,
    async (client, signal) => {
      const subscription = await subscribe(client, request);
      return new SubscriptionDialogue(c, request, client, subscription, signal);
    },
    request.timeoutMs,
  );
}

class SubscriptionDialogue implements Dialogue {
  readonly events: AsyncIterable<string>;
  readonly #c: RouteContext;
  readonly #request: SubscribeRequest;
  readonly #client: Client;
  readonly #subscription: Subscription;
  readonly #signal: AbortSignal;
  readonly #window: AckWindow;
  /** Messages that the caller has not confirmed, by number, in their order. */
  readonly #unconfirmed = new Map<number, Message>();

  constructor(
    c: RouteContext,
    request: SubscribeRequest,
    client: Client,
    subscription: Subscription,
    signal: AbortSignal,
  ) {
    this.#c = c;
    this.#request = request;
    this.#client = client;
    this.#subscription = subscription;
    this.#signal = signal;
    this.#window = new AckWindow(request.window);
    this.events = this.#messages();
  }

  async *#messages(): AsyncGenerator<string, void, undefined> {
    const { query, limit, lifeMs } = this.#request;
    using messages = new LimitedMessages(this.#subscription, limit, lifeMs);
    yield event('subscribed', greeting(this.#client, this.#subscription, this.#request));
    while (!this.#window.full || (yield* this.#wait(messages))) {
      const message = await messages.next();
      if (message === undefined) break;
      const id = this.#window.next();
      this.#unconfirmed.set(id, message);
      yield event('message', { id, ...messageJson(message, query.encoding) });
    }
    yield event('end', { reason: messages.reason, delivered: messages.delivered });
  }

  /** Says that it waits for the caller, and does; gives whether there is room before the time is over. */
  async *#wait(messages: LimitedMessages): AsyncGenerator<string, boolean, undefined> {
    yield event('waiting', { unconfirmed: this.#window.size });
    const room = this.#window.room(this.#signal);
    room.catch(() => {});
    await firstOf(room, messages.over);
    return !this.#window.full;
  }

  async command(value: unknown): Promise<string | undefined> {
    const parsed = commandSchema.safeParse(value);
    if (!parsed.success) throw schemaFault('command', parsed.error, value);
    const command = parsed.data;
    if ('ack' in command) {
      this.#confirm(command.ack);
      return undefined;
    }
    return this.#publish(command.publish, command.ref);
  }

  /** Confirms a message and all before it: acknowledgements go to the broker in the order of the messages. */
  #confirm(id: number): void {
    this.#window.confirm(id);
    for (const [number, message] of this.#unconfirmed) {
      if (number > id) break;
      message.acknowledge();
      this.#unconfirmed.delete(number);
    }
  }

  async #publish(request: PublishRequest, ref: string | number | undefined): Promise<string> {
    const named = ref === undefined ? {} : { ref };
    const { broker } = this.#request;
    try {
      this.#c.get('access').require('mqtt', 'write', broker.target.name);
      const publication = preparePublication(request, broker.settings, 'command.publish');
      audit(this.#c, { action: 'publish', count: 1 });
      return event('published', { ...named, ...(await publishOne(this.#client, publication, this.#signal)) });
    } catch (error) {
      return event('error', { ...named, problem: toProblem(error, this.#c) });
    }
  }
}

function event(name: string, members: Record<string, unknown>): string {
  return JSON.stringify({ event: name, ...members });
}
