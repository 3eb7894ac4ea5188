// Mosquitto 2.0 behind links that break: at every byte of every flow but most of its topic, and a hundred times within
// ten thousand messages. QoS 1 arrives at least once, QoS 2 exactly once, both in order.
import { type Client, type ConnectOptions, connect, memoryStore } from '@fairlead/mqtt';
import { faultProxyControl, type ProxyPlan } from '@fairlead/testkit';
import { type Connector, connect as dial } from '@fairlead/transport';
import { describe, expect, inject, it } from 'vitest';

const { mosquitto, proxies } = inject('servers');
const direct = mosquitto.good.plainPort;
const publisherProxy = proxies.mqttPublisher;
const subscriberProxy = proxies.mqttSubscriber;

/** Quick to come back: what is tested is what becomes of the messages. */
const RECONNECT = { initialDelayMs: 5, maxDelayMs: 40, maxAttempts: 50 } as const;

type ProxyAddress = typeof publisherProxy;
type Direction = keyof ProxyPlan;
type Break = { readonly direction: Direction; readonly atByte: number; readonly how: 'reset' | 'end' };

function to(port: number, options: ConnectOptions = {}): Promise<Client> {
  const login = { username: 'app', password: 'app-password' };
  return connect(`mqtt://localhost:${port}`, { ...login, ...options });
}

/** A client whose connections break as `nextBreak` says, each its own way; `undefined` lets one live. */
function breaking(
  proxy: ProxyAddress,
  nextBreak: () => Break | undefined,
  options: ConnectOptions = {},
): Promise<Client> {
  const control = faultProxyControl(proxy.controlUrl);
  const connector: Connector = async (address, connectOptions) => {
    const { direction, ...cut } = nextBreak() ?? {};
    await control.setPlan(direction === undefined ? {} : ({ [direction]: { cut } } as ProxyPlan));
    return dial(address, connectOptions);
  };
  const session = { clientId: `faults-${crypto.randomUUID()}`, clean: false, sessionExpirySeconds: 300 };
  return to(proxy.port, { ...session, reconnect: RECONNECT, connector, ...options });
}

/** Collects what arrives until `last` does. */
async function collect(
  client: Client,
  topic: string,
  qos: 1 | 2,
  last: string,
): Promise<() => Promise<string[]>> {
  const got: string[] = [];
  const inbox = await client.subscribe(topic, { qos });
  const collecting = (async () => {
    for await (const message of inbox) {
      got.push(message.text());
      if (message.text() === last) break;
    }
    return got;
  })();
  return () => collecting;
}

const newTopic = (): string => `faults/${crypto.randomUUID()}`;
const isSorted = (texts: readonly string[]): boolean =>
  texts.every((text, index) => index === 0 || Number(texts[index - 1]) <= Number(text));

/** How many bytes went each way before the flow that is to break. */
async function bytesBefore(
  proxy: ProxyAddress,
  prepare: () => Promise<Client>,
): Promise<Record<Direction, number>> {
  const control = faultProxyControl(proxy.controlUrl);
  await control.setPlan({});
  await control.clearStats();
  const client = await prepare();
  const { bytesFromClient, bytesFromServer } = await control.stats();
  await client.close();
  return { toServer: bytesFromClient, toClient: bytesFromServer };
}

/** One break for each byte of the flow, the one before its first and the one behind its last included. */
function everyBreak(before: Record<Direction, number>, flow: Record<Direction, number>): Break[] {
  return (['toServer', 'toClient'] as const).flatMap((direction) =>
    Array.from({ length: flow[direction] + 1 }, (_, index): Break[] => [
      { direction, atByte: before[direction] + index, how: 'reset' },
      { direction, atByte: before[direction] + index, how: 'end' },
    ]).flat(),
  );
}

/** That the breaks did break: each connection but those cut behind their last byte had to be made a second time. */
async function expectBroken(proxy: ProxyAddress, breaks: readonly Break[]): Promise<void> {
  const { connections } = await faultProxyControl(proxy.controlUrl).stats();
  expect(connections).toBeGreaterThan(breaks.length * 1.5);
}

describe.each([1, 2] as const)('a QoS %i flow broken at every byte but most of its topic', (qos) => {
  const topic = newTopic();
  /** Topic, packet identifier, property length, payload, and the fixed header. */
  const publishBytes = 2 + 2 + topic.length + 2 + 1 + 1;
  const acknowledgements = qos === 1 ? 4 : 8;

  it.each([4, 5] as const)('while publishing, MQTT version %i', async (protocolVersion) => {
    const clientId = `p${crypto.randomUUID().slice(0, 8)}`;
    const options: ConnectOptions = {
      protocolVersion,
      clientId,
      ...(protocolVersion === 4 && { sessionExpirySeconds: undefined }),
    };
    const before = await bytesBefore(publisherProxy, () =>
      breaking(publisherProxy, () => undefined, options),
    );
    const flow = { toServer: publishBytes + (qos === 2 ? 4 : 0), toClient: acknowledgements };
    const breaks = everyBreak(before, flow).filter(
      ({ direction, atByte }) => direction === 'toClient' || !isWithinTopic(atByte - before.toServer),
    );
    await using subscriber = await to(direct);
    const all = await collect(subscriber, topic, 2, 'end');
    for (const [index, one] of breaks.entries()) {
      const plans = [one];
      await using client = await breaking(publisherProxy, () => plans.shift(), {
        ...options,
        store: memoryStore(),
      });
      await client.publish(topic, String(index % 10), { qos });
    }
    await expectBroken(publisherProxy, breaks);
    await using other = await to(direct);
    await other.publish(topic, 'end', { qos: 2 });
    const got = (await all()).slice(0, -1);
    const sent = breaks.map((_, index) => String(index % 10));
    if (qos === 2) expect(got).toEqual(sent);
    else expect(withoutRepeats(got)).toEqual(sent);
  });

  it('while receiving', async () => {
    const topic = newTopic();
    const session = { clientId: `s${crypto.randomUUID().slice(0, 8)}` };
    await using sender = await to(direct);
    const begin = async (nextBreak: () => Break | undefined, last: string) => {
      const client = await breaking(subscriberProxy, nextBreak, {
        ...session,
        clean: true,
        store: memoryStore(),
      });
      return { client, all: await collect(client, topic, qos, last) };
    };
    const before = await bytesBefore(subscriberProxy, async () => (await begin(() => undefined, 'x')).client);
    // To the client a subscription identifier of two bytes comes besides.
    const flow = { toClient: publishBytes + 2 + (qos === 2 ? 4 : 0), toServer: acknowledgements };
    const breaks = everyBreak(before, flow).filter(
      ({ direction, atByte }) => direction === 'toServer' || !isWithinTopic(atByte - before.toClient),
    );
    for (const one of breaks) {
      const plans = [one];
      const { client, all } = await begin(() => plans.shift(), 'z');
      await sender.publish(topic, 'a', { qos });
      await sender.publish(topic, 'z', { qos });
      const got = await all();
      await client.close();
      expect(qos === 2 ? got : withoutRepeats(got), JSON.stringify(one)).toEqual(['a', 'z']);
    }
    await expectBroken(subscriberProxy, breaks);
  });
});

/** Most of a PUBLISH is its topic: of that, two bytes stand for all. */
function isWithinTopic(offset: number): boolean {
  return offset > 5 && offset < 40;
}

function withoutRepeats(texts: readonly string[]): string[] {
  return texts.filter((text, index) => text !== texts[index - 1]);
}

describe('a hundred broken connections', () => {
  const MESSAGES = 10_000;
  const KILLS = 100;

  /** Breaks in turn of each kind, none at the same byte as the one before, in both directions. */
  function manyBreaks(count: number, firstByte: number, spread: number): () => Break | undefined {
    let made = 0;
    return () => {
      if (made >= count) return undefined;
      made += 1;
      return {
        direction: made % 2 === 0 ? 'toClient' : 'toServer',
        atByte: firstByte + ((made * 617) % spread),
        how: made % 3 === 0 ? 'end' : 'reset',
      };
    };
  }

  /** Publishes 0, 1, 2, ... with 100 in flight. */
  async function publishAll(client: Client, topic: string, qos: 1 | 2, count: number): Promise<void> {
    let next = 0;
    const lane = async () => {
      while (next < count) await client.publish(topic, String(next++), { qos, timeoutMs: 60_000 });
    };
    await Promise.all(Array.from({ length: 100 }, lane));
  }

  it.each(['publisher', 'subscriber'] as const)(
    `${MESSAGES} QoS 2 messages arrive once each, in order, while the %s is cut off ${KILLS} times`,
    { timeout: 120_000 },
    async (victim) => {
      const topic = newTopic();
      const proxy = victim === 'publisher' ? publisherProxy : subscriberProxy;
      const control = faultProxyControl(proxy.controlUrl);
      await control.clearStats();
      const client = breaking(proxy, manyBreaks(KILLS, 250, 1200), { receiveMaximum: 100 });
      const [publisher, subscriber] = await Promise.all(
        victim === 'publisher' ? [client, to(direct)] : [to(direct), client],
      );
      const all = await collect(subscriber, topic, 2, String(MESSAGES - 1));
      await publishAll(publisher, topic, 2, MESSAGES);
      const got = await all();
      expect((await control.stats()).connections).toBe(KILLS + 1);
      expect(got).toEqual(Array.from({ length: MESSAGES }, (_, index) => String(index)));
      await Promise.all([publisher.close(), subscriber.close()]);
    },
  );

  it('QoS 1 messages arrive at least once each, while both are cut off', { timeout: 120_000 }, async () => {
    const topic = newTopic();
    const publisher = await breaking(publisherProxy, manyBreaks(30, 250, 1200), { receiveMaximum: 100 });
    const subscriber = await breaking(subscriberProxy, manyBreaks(30, 250, 1200), { receiveMaximum: 100 });
    const all = await collect(subscriber, topic, 1, 'end');
    await publishAll(publisher, topic, 1, 3000);
    await publisher.publish(topic, 'end', { qos: 1 });
    const got = (await all()).slice(0, -1);
    expect(new Set(got).size).toBe(3000);
    expect(got.length).toBeGreaterThanOrEqual(3000);
    // Again and again, but none before one that was published earlier has come for the first time.
    expect(isSorted([...new Set(got)])).toBe(true);
    await Promise.all([publisher.close(), subscriber.close()]);
  });
});
