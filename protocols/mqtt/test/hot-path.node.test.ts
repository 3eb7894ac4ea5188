// What MQTT's hot paths cost, by counting: a connection with one message and its end, and messages that arrive.
import { countedPeer, countWork } from '@fairlead/testkit/hot-path';
import { expect, it } from 'vitest';
import { connect } from '../src/index.ts';

const TOPIC = 't';
/** How many messages answer one of this client's. */
const ECHOES = 100;

/** A PUBLISH with QoS 0 to `TOPIC`, for the first subscription, with a payload of one byte. */
const MESSAGE = [0x30, 7, 0, 1, 0x74, 2, 11, 1, 0x78];
const MESSAGES = Uint8Array.from(Array.from({ length: ECHOES }, () => MESSAGE).flat());

/** What a broker answers to one write. */
function answer(bytes: Uint8Array): Uint8Array | 'end' | undefined {
  const [first = 0, , , , high = 0, identifier = 0] = bytes;
  if (first === 0x10) return Uint8Array.of(0x20, 3, 0, 0, 0);
  if (first === 0x82) return Uint8Array.of(0x90, 4, bytes[2] ?? 0, bytes[3] ?? 0, 0, 0);
  // The topic is of one byte.
  if (first === 0x32) return Uint8Array.of(0x40, 2, identifier, bytes[6] ?? 0);
  if (first === 0xe0) return 'end';
  return first === 0x30 && high === 0x74 ? MESSAGES : undefined;
}

/** The same of a broker that acknowledges all messages with QoS 1 of a write, and echoes none. */
function acknowledge(bytes: Uint8Array): Uint8Array | 'end' | undefined {
  const acknowledgements: number[] = [];
  for (let at = 0; at < bytes.length; at += 2 + (bytes[at + 1] ?? 0)) {
    if (bytes[at] === 0x32) acknowledgements.push(0x40, 2, bytes[at + 5] ?? 0, bytes[at + 6] ?? 0);
  }
  if (acknowledgements.length > 0) return Uint8Array.from(acknowledgements);
  return bytes[0] === 0x30 ? undefined : answer(bytes);
}

/** What publishing `count` messages at once costs for each of them, and in reads and writes for all. */
async function publishing(qos: 0 | 1, count: number) {
  const peer = countedPeer(acknowledge);
  await using client = await connect('mqtt://broker.test', { connector: peer.connector });
  const { reads, writes, promises, reactions, bytes } = await countWork(
    () => Promise.all(Array.from({ length: count }, () => client.publish(TOPIC, 'x', { qos }))),
    { peer, times: 5 },
  );
  return { reads, writes, promises: promises / count, reactions: reactions / count, bytes: bytes / count };
}

it('a connection with one acknowledged message', async () => {
  const peer = countedPeer(answer);
  const { writes, reads, promises, reactions, bytes } = await countWork(
    async () => {
      const client = await connect('mqtt://broker.test', { connector: peer.connector });
      await client.publish(TOPIC, 'x', { qos: 1 });
      await client.close();
    },
    { peer },
  );
  expect(writes).toBe(3);
  expect(reads).toBe(3);
  expect(promises).toBeLessThanOrEqual(94);
  expect(reactions).toBeLessThanOrEqual(53);
  expect(bytes).toBeLessThan(62_000);
});

it('messages that arrive', async () => {
  const peer = countedPeer(answer);
  await using client = await connect('mqtt://broker.test', { connector: peer.connector });
  const subscription = await client.subscribe(TOPIC);
  let left = 0;
  let done = (): void => {};
  void (async () => {
    for await (const _ of subscription) if (--left === 0) done();
  })();
  const { promises, reactions, bytes } = await countWork(
    async () => {
      left = ECHOES;
      const arrived = new Promise<void>((resolve) => {
        done = resolve;
      });
      await client.publish(TOPIC, 'x');
      await arrived;
    },
    { peer },
  );
  expect(promises / ECHOES).toBeLessThanOrEqual(2.2);
  expect(reactions / ECHOES).toBeLessThanOrEqual(1.2);
  expect(bytes / ECHOES).toBeLessThan(1200);
});

it('100 messages with QoS 0 at once, each by one promise', async () => {
  const { reads, writes, promises, reactions, bytes } = await publishing(0, 100);
  expect(writes).toBe(1);
  expect(reads).toBe(0);
  expect(promises).toBeLessThanOrEqual(1.08);
  expect(reactions).toBeLessThanOrEqual(1.04);
  expect(bytes).toBeLessThan(400);
});

it('a message with QoS 1', async () => {
  const { reads, writes, promises, reactions, bytes } = await publishing(1, 1);
  expect(writes).toBe(1);
  expect(reads).toBe(1);
  expect(promises).toBeLessThanOrEqual(12);
  expect(reactions).toBeLessThanOrEqual(7);
  expect(bytes).toBeLessThan(7000);
});

it('100 messages with QoS 1 at once', async () => {
  const { reads, writes, promises, reactions, bytes } = await publishing(1, 100);
  expect(writes).toBe(1);
  expect(reads).toBe(1);
  expect(promises).toBeLessThanOrEqual(2.1);
  expect(reactions).toBeLessThanOrEqual(1.06);
  expect(bytes).toBeLessThan(1300);
});
