// How a mooring keeps an MQTT session: this package's client, with its messages in flight in the object's storage.
import { isFairleadError } from '@fairlead/errors';
import {
  type OpenSessionOptions,
  type RunningSession,
  type SessionSeat,
  type Settings,
  sessionSeat,
} from '@fairlead/mooring';
import { connect } from '../client.ts';
import { isPassing } from '../errors.ts';
import type { Client } from '../types/client.ts';
import type { ConnectOptions } from '../types/connect-options.ts';
import type { PublishOptions } from '../types/publish.ts';
import type { TopicFilter } from '../types/subscribe.ts';
import { MessageIntake } from './message-intake.ts';
import { SessionFilters } from './session-filters.ts';

/** MQTT's seat in a mooring. */
export const seat: SessionSeat = /* @__PURE__ */ sessionSeat({
  protocol: 'mqtt',
  open,
  isPassing: (error) => isFairleadError(error) && isPassing(error),
});

async function open({ url, options }: Settings, input: OpenSessionOptions): Promise<RunningSession> {
  const intake = new MessageIntake(input);
  const settings: ConnectOptions = { ...options, store: intake.store, clean: false, signal: input.signal };
  const client = await connect(
    url,
    input.connector === undefined ? settings : { ...settings, connector: input.connector },
  );
  void client.closed.then((error) => {
    intake.stop();
    input.ended(error);
  });
  const filters = new SessionFilters(client, intake, input.storage);
  try {
    await filters.renew();
  } catch (error) {
    await client.close();
    throw error;
  }
  return new MqttSession(client, filters, () => forget(client, url, settings));
}

/** Ends the session at the broker. */
async function forget(client: Client, url: string, settings: ConnectOptions): Promise<void> {
  if (client.server.protocolVersion === 5) return client.close({ sessionExpirySeconds: 0 });
  await client.close();
  // MQTT 3.1.1 ends a session by a clean one (section 3.1.2.4).
  const { store: _, ...rest } = settings;
  await (await connect(url, { ...rest, clean: true })).close();
}

/** One connection of a session. */
class MqttSession implements RunningSession {
  readonly #client: Client;
  readonly #filters: SessionFilters;
  readonly #forget: () => Promise<void>;

  constructor(client: Client, filters: SessionFilters, forgetSession: () => Promise<void>) {
    this.#client = client;
    this.#filters = filters;
    this.#forget = forgetSession;
  }

  get greeting(): unknown {
    return this.#client.server;
  }

  call(name: string, args: readonly unknown[], timeoutMs: number): Promise<unknown> {
    if (name === 'subscribe') return this.#filters.add(args[0] as readonly TopicFilter[], timeoutMs);
    const [topic, payload, options] = args as [string, string | Uint8Array, PublishOptions];
    return this.#client.publish(topic, payload, { ...options, timeoutMs });
  }

  release(tags: readonly string[]): Promise<void> {
    return this.#filters.remove(tags);
  }

  close(isEnd: boolean): Promise<void> {
    return isEnd ? this.#forget() : this.#client.close();
  }
}
