// What IRC's hot paths cost, by counting: flights and promises of a registration, and the memory of a message that is decoded whole.
import { countedPeer, countWork } from '@fairlead/testkit/hot-path';
import { expect, it } from 'vitest';
import { connect, parseMessage, parseSource } from '../src/index.ts';
import { ALL_CAPS, lines, WELCOME } from './wire.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** What a server answers to one write of the registration. */
function answer(bytes: Uint8Array): Uint8Array | 'end' | undefined {
  const text = decoder.decode(bytes);
  if (text.startsWith('QUIT')) return 'end';
  const request = /CAP REQ (.*)\r\n/.exec(text)?.[1];
  const said = [
    ...(text.includes('CAP LS') ? [`:irc.test CAP * LS :${ALL_CAPS}`] : []),
    ...(request === undefined ? [] : [`:irc.test CAP me ACK ${request}`]),
    ...(text.includes('CAP END') ? WELCOME : []),
  ];
  return said.length === 0 ? undefined : encoder.encode(lines(...said));
}

it('a registration with capabilities takes two flights', async () => {
  const peer = countedPeer(answer);
  const register = async (): Promise<void> => {
    const client = await connect('irc://me@irc.test', { connector: peer.connector });
    expect(client.capabilities.size).toBe(ALL_CAPS.split(' ').length);
    await client.close();
  };
  const { writes, reads, promises, reactions } = await countWork(register, { peer });
  // Two flights; QUIT, and the end behind it. Each flight more costs a write, a read and some eight promises.
  expect(writes).toBe(3);
  expect(reads).toBe(4);
  expect(promises).toBeLessThanOrEqual(100);
  expect(reactions).toBeLessThanOrEqual(58);
});

it('a message that is decoded whole makes no hash table of its tags', async () => {
  const line =
    '@time=2026-11-21T12:00:00.000Z;msgid=63E1033A051D4B41B1AB1FA3CF4B243E;account=alice :alice!~alice@host.test PRIVMSG #a :Good morning';
  let sum = 0;
  const decode = async (): Promise<void> => {
    for (let i = 0; i < 100; i++) {
      const { tags, source, params } = parseMessage(line);
      sum += (tags.time?.length ?? 0) + parseSource(source).host.length + params.length;
    }
  };
  const { bytes } = await countWork(decode);
  expect(sum).toBeGreaterThan(0);
  // With a hash table 1,070.
  expect(bytes / 100).toBeLessThan(850);
});
