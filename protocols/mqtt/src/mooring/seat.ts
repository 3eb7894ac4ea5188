// How a mooring keeps an MQTT session: this package's client with one queue for all messages, and its messages in flight in
// the object's storage.
import { isFairleadError } from '@fairlead/errors';
import {
  type OpenSessionOptions,
  type RunningSession,
  type SessionSeat,
  type Settings,
  sessionSeat,
} from '@fairlead/mooring';
import { Lifecycle } from '../connection/lifecycle.ts';
import { isPassing, limit } from '../errors.ts';
import { checkPublish } from '../options/arguments.ts';
import { resolveOptions } from '../options/options.ts';
import { Publisher } from '../publishing/publisher.ts';
import type { ConnectOptions } from '../types/connect-options.ts';
import type { PublishOptions } from '../types/publish.ts';
import type { TopicFilter } from '../types/subscribe.ts';
import { MessageIntake } from './message-intake.ts';
import { SessionFilters } from './session-filters.ts';

/** A message in flight is one value of the storage, which takes 2 MB. */
const MOST_PAYLOAD_BYTES = 1_800_000;
/** Why a client disconnects: nothing is wrong. */
const NORMAL = 0;

/** MQTT's seat in a mooring. */
export const seat: SessionSeat = /* @__PURE__ */ sessionSeat({
  protocol: 'mqtt',
  open,
  isPassing: (error) => isFairleadError(error) && isPassing(error),
});

async function open({ url, options }: Settings, input: OpenSessionOptions): Promise<RunningSession> {
  const { connector, signal } = input;
  const own: ConnectOptions = { ...options, signal, ...(connector && { connector }) };
  const intake = new MessageIntake(input);
  const client = new Lifecycle(resolveOptions(url, { ...own, clean: false, store: intake.store }));
  const filters = new SessionFilters(client, input);
  const messages = client.subscriptions.takeAll();
  await filters.load();
  await client.open();
  void client.closed.promise.then((error) => {
    intake.stop();
    input.ended(error);
  });
  void intake.takeAll(messages, filters);
  try {
    await filters.renew();
  } catch (error) {
    await client.close(NORMAL, undefined);
    throw error;
  }
  return new MqttSession(client, filters, () => forget(client, url, own));
}

/** Ends the session at the broker. */
async function forget(client: Lifecycle, url: string, options: ConnectOptions): Promise<void> {
  const { protocolVersion, sessionExpirySeconds } = client.settings;
  await client.close(NORMAL, sessionExpirySeconds > 0 ? 0 : undefined);
  if (protocolVersion === 5) return;
  // MQTT 3.1.1 ends a session by a clean one (section 3.1.2.4).
  const last = new Lifecycle(resolveOptions(url, { ...options, clean: true }));
  await last.open();
  await last.close(NORMAL, undefined);
}

/** One connection of a session. */
class MqttSession implements RunningSession {
  readonly #client: Lifecycle;
  readonly #publisher: Publisher;
  readonly #filters: SessionFilters;
  readonly #forget: () => Promise<void>;

  constructor(client: Lifecycle, filters: SessionFilters, forgetSession: () => Promise<void>) {
    this.#client = client;
    this.#publisher = new Publisher(client);
    this.#filters = filters;
    this.#forget = forgetSession;
  }

  get greeting(): unknown {
    return this.#client.server;
  }

  async call(name: string, args: readonly unknown[], timeoutMs: number): Promise<unknown> {
    if (name === 'subscribe') return this.#filters.add(args[0] as readonly TopicFilter[], timeoutMs);
    const [topic, payload, options] = args as [string, string | Uint8Array, PublishOptions];
    checkPublish(topic, options);
    const { qos = 0, retain = false, properties } = options;
    if (qos > 0 && payload.length > MOST_PAYLOAD_BYTES)
      throw limit(`A session in a mooring publishes ${MOST_PAYLOAD_BYTES} bytes at most with QoS 1 and 2`);
    return this.#publisher.publish({ topic, payload, qos, retain, properties }, undefined, timeoutMs);
  }

  release(tags: readonly string[]): Promise<void> {
    return this.#filters.remove(tags);
  }

  close(isEnd: boolean): Promise<void> {
    return isEnd ? this.#forget() : this.#client.close(NORMAL, undefined);
  }
}
