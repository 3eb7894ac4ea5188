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
