// What an idle connection still refers to.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { toBytes } from '@fairlead/testkit';
import { countedPeer } from '@fairlead/testkit/hot-path';
import { expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import { bulk, HELLO_REPLY } from './wire.ts';

it('an idle connection keeps no reply', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let replies = HELLO_REPLY + bulk('first');
  const peer = countedPeer(() => {
    const sent = replies;
    replies = bulk('second');
    return toBytes(sent);
  });
  const client = await connect({ hostname: 'cache.test', connector: peer.connector });
  const reply = async (): Promise<WeakRef<Uint8Array>> =>
    new WeakRef((await client.with({ as: 'bytes' }).send('GET', 'a')) as Uint8Array);
  await reply();
  const last = await reply();
  for (let n = 0; n < 20 && last.deref() !== undefined; n++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    collect();
  }
  expect(last.deref()).toBeUndefined();
  await client.close();
});
