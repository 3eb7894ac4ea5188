// The README's example, as it stands there.
import { expect, it } from 'vitest';
import { feedAllWays, scriptedPeer, toBytes, toText } from '../src/index.ts';

it('works as the README says', async () => {
  await using peer = scriptedPeer().expect('PING\r\n').send('+PONG\r\n', 1).expectEnd();
  const transport = await peer.connector({ hostname: 'cache.test', port: 6379 });
  await transport.write(toBytes('PING\r\n'));
  expect(toText((await transport.read(7)) ?? new Uint8Array())).toBe('+PONG\r\n');
  await transport.close();
  await peer.done();

  const decode = (chunks: Iterable<Uint8Array>) => {
    let text = '';
    for (const chunk of chunks) text += toText(chunk);
    return text.split('\r\n');
  };
  feedAllWays('one\r\ntwo', decode, (lines) => expect(lines).toEqual(['one', 'two']));
});
