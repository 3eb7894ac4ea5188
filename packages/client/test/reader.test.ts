// Pieces out of a transport: whole, byte by byte, cut short and too long.
import { FairleadError } from '@fairlead/errors';
import { memoryPair } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { limitOf, TransportReader, withinLimit } from '../src/index.ts';

const encoder = new TextEncoder();
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A reader of what a server sends in pieces of `chunkBytes`, and then ends. */
function reading(sent: string | Uint8Array, chunkBytes = 1_000, maxBytes?: number): TransportReader {
  const [client, server] = memoryPair();
  const bytes = typeof sent === 'string' ? encoder.encode(sent) : sent;
  void (async () => {
    for (let at = 0; at < bytes.length; at += chunkBytes)
      await server.write(bytes.slice(at, at + chunkBytes));
    await server.close();
  })();
  return new TransportReader(client, { maxBytes });
}

describe.each([1, 2, 1_000])('in pieces of %i bytes', (chunkBytes) => {
  it('reads lines, whatever their ends, and a last one without', async () => {
    const reader = reading('a\r\nbé\n\r\nc\rd\nlast\r', chunkBytes);
    const lines: (string | undefined)[] = [];
    for (let n = 0; n < 6; n++) lines.push(await reader.readLine());
    expect(lines).toEqual(['a', 'bé', '', 'c\rd', 'last\r', undefined]);
  });

  it('reads lengths, delimiters and the rest in turn', async () => {
    const reader = reading('12345--ab-c--rest', chunkBytes);
    expect(text(await reader.readN(5))).toBe('12345');
    expect(text(await reader.readN(0))).toBe('');
    expect(text(await reader.readUntil('--'))).toBe('');
    expect(text(await reader.readUntil(encoder.encode('--')))).toBe('ab-c');
    expect(text(await reader.readAll())).toBe('rest');
    expect(reader.buffered).toBe(0);
  });

  it('tells an end in the middle', async () => {
    await expect(reading('ab', chunkBytes).readN(3)).rejects.toMatchObject({ code: 'connection_lost' });
    await expect(reading('ab', chunkBytes).readUntil('c')).rejects.toMatchObject({ code: 'connection_lost' });
  });

  it('reads no more for one piece than it may', async () => {
    const blame = { code: 'limit', blame: 'peer' };
    await expect(reading('abcd\n', chunkBytes, 4).readLine()).rejects.toMatchObject(blame);
    await expect(reading('abcde', chunkBytes, 4).readUntil('x')).rejects.toMatchObject(blame);
    await expect(reading('abcde', chunkBytes, 4).readAll()).rejects.toMatchObject(blame);
    expect(await reading('abc\n', chunkBytes, 4).readLine()).toBe('abc');
    expect(text(await reading('abcd', chunkBytes, 4).readAll())).toBe('abcd');
  });
});

it.each(['an end', 'a failure'])(
  'goes on as its transport does behind %s that took its memory away',
  async (what) => {
    const [client, server] = memoryPair();
    const reader = new TransportReader(client, { maxBytes: 1_000_000 });
    const read = client.read.bind(client);
    client.read = (atLeast, into) => {
      // As workerd does, which gives nothing back where nothing comes.
      if (into !== undefined) structuredClone(into.buffer, { transfer: [into.buffer] });
      return read(atLeast);
    };
    await server.write(new Uint8Array(1_000));
    const reading = reader.readN(200_000);
    if (what === 'an end') {
      void server.close();
      await expect(reading).rejects.toMatchObject({ code: 'connection_lost' });
      expect(await reader.readAll()).toHaveLength(0);
      expect(await reader.readLine()).toBeUndefined();
    } else {
      client.destroy(new FairleadError('aborted', 'it was ended'));
      await expect(reading).rejects.toMatchObject({ code: 'aborted' });
      await expect(reader.readLine()).rejects.toMatchObject({ code: 'aborted' });
    }
  },
);

it('takes time in proportion to a long line that comes in small pieces', async () => {
  const line = await reading('x'.repeat(400_000), 100, 1_000_000).readLine();
  expect(line).toHaveLength(400_000);
});

it('takes any number of short lines from one read, as a WebSocket may bring them', async () => {
  const [client] = memoryPair();
  const chunks = [encoder.encode('short\n'.repeat(40_000)), encoder.encode('x'.repeat(200_000))];
  client.read = async () => chunks.shift();
  const reader = new TransportReader(client);
  let lines = 0;
  while (lines < 40_000 && (await reader.readLine()) === 'short') lines++;
  expect(lines).toBe(40_000);
  await expect(reader.readLine()).rejects.toMatchObject({ code: 'limit', blame: 'peer', peer: client.peer });
});

it('refuses a line that is not UTF-8', async () => {
  await expect(reading(Uint8Array.of(0xff, 0x0a)).readLine()).rejects.toMatchObject({ code: 'protocol' });
});

it.each([-1, 1.5, 65_537, Number.NaN])('refuses to read %d bytes', async (length) => {
  await expect(reading('').readN(length)).rejects.toMatchObject({ code: 'usage' });
});

it('refuses an empty delimiter and a cap of none', async () => {
  await expect(reading('').readUntil('')).rejects.toMatchObject({ code: 'usage' });
  expect(() => reading('', 1, 0)).toThrow(expect.objectContaining({ code: 'usage' }));
});

describe('within a limit', () => {
  it('work that waits ends with the connection', async () => {
    const [client] = memoryPair();
    const work = () => new TransportReader(client).readLine();
    const call = withinLimit(client, 'greeting', limitOf({ timeoutMs: 20 }), work);
    await expect(call).rejects.toMatchObject({ code: 'timeout' });
    await client.closed;
  });

  it('a signal ends it, and work that is done in time leaves the connection open', async () => {
    const [client, server] = memoryPair();
    const reader = new TransportReader(client);
    const abort = new AbortController();
    void server.write(encoder.encode('hello\n'));
    const limit = limitOf({ timeoutMs: 10_000, signal: abort.signal });
    expect(await withinLimit(client, 'greeting', limit, () => reader.readLine())).toBe('hello');
    const second = withinLimit(client, 'greeting', limit, () => reader.readLine());
    abort.abort();
    await expect(second).rejects.toMatchObject({ code: 'aborted' });
  });
});
