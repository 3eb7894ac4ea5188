// The Durable Object. It keeps one Redis connection over all requests, which a Worker alone cannot: a socket ends with the
// request that opened it there, and with the object here.
import { DurableObject } from 'cloudflare:workers';
import { connect, subscribe } from '@fairlead/redis';

interface Env {
  readonly REDIS_URL: string;
}

type Redis = Awaited<ReturnType<typeof connect>>;

/** One room, named by its channel. */
export class Room extends DurableObject<Env> {
  #redis: Promise<Redis> | undefined;
  #listening: Promise<void> | undefined;

  /** @returns How many connections of Redis got the message. */
  async publish(channel: string, text: string): Promise<number> {
    const redis = await this.#connection();
    return redis.publish(channel, text);
  }

  /** Takes a WebSocket into the room. */
  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get('upgrade') !== 'websocket') return new Response('A WebSocket\n', { status: 426 });
    const channel = new URL(request.url).searchParams.get('channel') ?? '';
    this.#listening ??= this.#listen(channel);
    await this.#listening;
    const { 0: theirs, 1: ours } = new WebSocketPair();
    this.ctx.acceptWebSocket(ours);
    return new Response(null, { status: 101, webSocket: theirs });
  }

  /** Subscribes; the messages are then passed on until the connection ends. */
  async #listen(channel: string): Promise<void> {
    try {
      const messages = await subscribe(await this.#connection(), [channel]);
      this.ctx.waitUntil(this.#passOn(messages));
    } catch (error) {
      this.#listening = undefined;
      throw error;
    }
  }

  async #passOn(messages: AsyncIterable<{ readonly message: string }>): Promise<void> {
    try {
      for await (const { message } of messages) {
        for (const socket of this.ctx.getWebSockets()) {
          if (socket.readyState === WebSocket.READY_STATE_OPEN) socket.send(message);
        }
      }
    } catch (error) {
      console.error(error);
    } finally {
      // Browsers come back, and the first one subscribes again.
      this.#listening = undefined;
      for (const socket of this.ctx.getWebSockets()) socket.close(1013, 'try again');
    }
  }

  /** The connection, opened when it is first needed and again when it was lost. */
  #connection(): Promise<Redis> {
    this.#redis ??= this.#open();
    return this.#redis;
  }

  async #open(): Promise<Redis> {
    try {
      const redis = await connect(this.env.REDIS_URL);
      await redis.ready();
      const forget = () => {
        this.#redis = undefined;
      };
      redis.closed.then(forget, forget);
      return redis;
    } catch (error) {
      this.#redis = undefined;
      throw error;
    }
  }
}
