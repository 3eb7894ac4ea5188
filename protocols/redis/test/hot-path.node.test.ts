// The work of the commonest calls, counted: promises, microtasks, platform reads and writes, bytes of the heap.
import { toBytes } from '@fairlead/testkit';
import { countedPeer, countWork } from '@fairlead/testkit/hot-path';
import { expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import { bulk, HELLO_REPLY } from './wire.ts';

const GET_BYTES = '*2\r\n$3\r\nGET\r\n$5\r\nsmall\r\n'.length;
const REPLY = bulk('x'.repeat(16));

/** A client that has logged in, and its peer, which has one reply for every GET. */
async function open() {
  let replied = '';
  const replies = new Map<number, Uint8Array>();
  const peer = countedPeer((bytes) => {
    if (replied === '') {
      replied = REPLY;
      return toBytes(HELLO_REPLY + REPLY);
    }
    const count = bytes.length / GET_BYTES;
    const known = replies.get(count) ?? toBytes(REPLY.repeat(count));
    replies.set(count, known);
    return known;
  });
  const client = await connect({ hostname: 'cache.test', connector: peer.connector });
  await client.get('small');
  return { client, peer };
}

it('one command after the other', async () => {
  const { client, peer } = await open();
  const work = await countWork(() => client.get('small'), { peer });
  expect(work).toMatchObject({ reads: 1, writes: 1 });
  // The command's own, one for its tick, the others of the transport and of its peer.
  expect(work.promises).toBeLessThanOrEqual(9);
  expect(work.reactions).toBeLessThanOrEqual(5);
  expect(work.bytes).toBeLessThan(5_000);
});

it('a hundred commands in flight', async () => {
  const { client, peer } = await open();
  const hundred = () => {
    const calls: Promise<unknown>[] = [];
    for (let n = 0; n < 100; n++) calls.push(client.get('small'));
    return Promise.all(calls);
  };
  const work = await countWork(hundred, { peer, times: 5 });
  expect(work).toMatchObject({ reads: 1, writes: 1 });
  // Two for each command, of which Promise.all makes one, and no more for all together than for a single one.
  expect(work.promises).toBeLessThanOrEqual(209);
  expect(work.reactions).toBeLessThanOrEqual(105);
  // 77,000 once V8 has optimised it, which a busy machine puts off.
  expect(work.bytes).toBeLessThan(150_000);
});
