// MQTT sessions in a Durable Object at a real Mosquitto: readers that come and go, evictions, lost connections.
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, connect } from '@fairlead/mqtt';
import { startFaultProxy } from '@fairlead/testkit/fault-proxy';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestHarness } from 'wrangler';
import type { Step } from './sessions-worker.ts';

const { mosquitto } = inject('servers');
const LOGIN = 'app:app-password';
const DIRECT = `mqtt://${LOGIN}@localhost:${mosquitto.good.plainPort}`;

const configPath = new URL('sessions-wrangler.json', import.meta.url);
const harness = createTestHarness({ workers: [{ configPath }] });
let base: URL;
let sender: Client;

beforeAll(async () => {
  base = (await harness.listen()).url;
  sender = await connect(DIRECT);
});
afterAll(async () => {
  await sender.close();
  await harness.close();
});

interface Answer {
  readonly texts: string[];
  readonly lost: number;
  readonly code?: string;
}

/** A session of its own, at a topic of its own. */
function newSession(options: Partial<Step> = {}) {
  const topic = `sessions/${crypto.randomUUID()}`;
  const step = async (more: Partial<Step> = {}): Promise<Answer> => {
    const body = JSON.stringify({ url: DIRECT, session: topic, ...options, ...more });
    return (await (await fetch(base, { method: 'POST', body })).json()) as Answer;
  };
  return {
    topic,
    step,
    take: (take: number, more: Partial<Step> = {}) => step({ subscribe: topic, take, ...more }),
    publish: (text: string, qos: 0 | 1 | 2) => sender.publish(topic, text, { qos }),
  };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => String(from + i));
const sorted = (texts: readonly string[]) => [...texts].sort((a, b) => Number(a) - Number(b));

describe.each([
  ['stays connected', 60, 1_000],
  ['is disconnected meanwhile', 0.001, 12_500],
])('a reader that leaves a session which %s', (_, keepSeconds, awayMs) => {
  it('finds what came meanwhile, once', async () => {
    const { step, take, publish } = newSession({ keepSeconds });
    await take(0);
    await delay(awayMs);
    for (const i of numbers(0, 20)) await publish(i, Number(i) % 2 ? 1 : 2);
    expect(sorted((await take(20)).texts)).toEqual(numbers(0, 20));
    for (const i of numbers(20, 30)) await publish(i, 2);
    expect((await take(10)).texts).toEqual(numbers(20, 30));
    await step({ end: true });
  });
});

describe('a session', () => {
  it('publishes with every QoS', async () => {
    const { topic, step } = newSession();
    await using inbox = await sender.subscribe(topic, { qos: 2 });
    await step({ publish: ([0, 1, 2] as const).map((qos) => ({ topic, text: `qos ${qos}`, qos })) });
    const texts: string[] = [];
    for await (const message of inbox) if (texts.push(message.text()) === 3) break;
    expect(texts).toEqual(['qos 0', 'qos 1', 'qos 2']);
  });

  it('serves two readers, each from its own place', async () => {
    const { take, publish } = newSession();
    await take(0, { reader: 'one' });
    await take(0, { reader: 'two' });
    for (const i of numbers(0, 10)) await publish(i, 1);
    expect((await take(10, { reader: 'one' })).texts).toEqual(numbers(0, 10));
    expect((await take(4, { reader: 'two' })).texts).toEqual(numbers(0, 4));
    expect((await take(6, { reader: 'two' })).texts).toEqual(numbers(4, 10));
  });

  it('tells a slow reader how much it has lost', async () => {
    const { take, publish } = newSession({ maxEvents: 10 });
    await take(0);
    for (const i of numbers(0, 25)) await publish(i, 1);
    await delay(300);
    expect(await take(10)).toMatchObject({ texts: numbers(15, 25), lost: 15 });
  });

  it('is ended for good', async () => {
    const { step, take, publish } = newSession();
    await take(0);
    await publish('before', 1);
    await step({ end: true });
    await publish('between', 1);
    await take(0);
    await publish('after', 1);
    expect((await take(1)).texts).toEqual(['after']);
  });
});

describe('faults', () => {
  it('evictions under load lose no message, and give none with QoS 2 twice', async () => {
    const { step, take, publish } = newSession();
    await take(0);
    const count = 300;
    const got: string[] = [];
    let isDone = false;
    const publishing = (async () => {
      for (const i of numbers(0, count)) {
        await publish(i, 2);
        await delay(3);
      }
    })();
    const evicting = (async () => {
      while (!isDone) {
        await delay(150 + Math.random() * 200);
        await step({ evict: true });
      }
    })();
    while (got.length < count) {
      // A reader whose object is evicted asks again by itself.
      const { texts = [], code } = await take(Math.min(7, count - got.length));
      expect(code).toBeUndefined();
      got.push(...texts);
    }
    isDone = true;
    await Promise.all([publishing, evicting]);
    expect(got).toEqual(numbers(0, count));
    await publish('last', 1);
    expect((await take(1)).texts).toEqual(['last']);
  });

  it('evictions under load lose no message of filters that overlap, and give none twice', async () => {
    const { step, topic } = newSession();
    const readers = [
      { reader: 'all', subscribe: `${topic}/#` },
      { reader: 'some', subscribe: `${topic}/b` },
      { reader: 'both', subscribe: [`${topic}/+`, `${topic}/b`] },
    ];
    for (const reader of readers) await step({ ...reader, take: 0 });
    const count = 150;
    let isDone = false;
    const publishing = (async () => {
      for (const i of numbers(0, count)) {
        await sender.publish(`${topic}/b`, i, { qos: 2 });
        await delay(5);
      }
    })();
    const evicting = (async () => {
      while (!isDone) {
        await delay(200 + Math.random() * 200);
        await step({ evict: true });
      }
    })();
    const taking = readers.map(async (reader) => {
      const got: string[] = [];
      while (got.length < count) {
        const { texts = [], code } = await step({ ...reader, take: Math.min(7, count - got.length) });
        expect(code).toBeUndefined();
        got.push(...texts);
      }
      return got;
    });
    const got = await Promise.all(taking);
    isDone = true;
    await Promise.all([publishing, evicting]);
    for (const texts of got) expect(texts).toEqual(numbers(0, count));
    await step({ end: true });
  });

  it('lost connections lose no message, and give none with QoS 2 twice', async () => {
    await using proxy = await startFaultProxy({ upstream: { port: mosquitto.good.plainPort } });
    const { take, publish } = newSession({ url: `mqtt://${LOGIN}@localhost:${proxy.port}` });
    await take(0);
    const all = take(100);
    for (const i of numbers(0, 100)) {
      await publish(i, 2);
      await delay(10);
      if (Number(i) % 30 === 20) proxy.resetAll();
    }
    expect((await all).texts).toEqual(numbers(0, 100));
    expect(proxy.stats().connections).toBeGreaterThan(2);
  });
});
