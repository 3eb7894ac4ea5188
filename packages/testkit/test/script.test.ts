// The scripted peer: what it accepts, and what it says when the client does something else.
import { describe, expect, it } from 'vitest';
import { diffBytes, hexDump, type ScriptedPeer, scriptedPeer, toBytes, toText } from '../src/index.ts';

const ADDRESS = { hostname: 'scripted.test', port: 7 };

async function readText(transport: { read(): Promise<Uint8Array | undefined> }): Promise<string | undefined> {
  const bytes = await transport.read();
  return bytes && toText(bytes);
}

async function failureOf(peer: ScriptedPeer, timeoutMs?: number): Promise<string> {
  return peer.done(timeoutMs).then(
    () => 'done',
    (error: Error) => error.message,
  );
}

describe('scriptedPeer', () => {
  it('answers what the script says, however the bytes are cut', async () => {
    await using peer = scriptedPeer().expect('PING\r\n').send('+PONG\r\n').expectEnd();
    const client = await peer.connector(ADDRESS);
    for (const byte of toBytes('PING\r\n')) await client.write(Uint8Array.of(byte));
    expect(await readText(client)).toBe('+PONG\r\n');
    await client.close();
    await peer.done();
    expect(peer.connections).toBe(1);
  });

  it('shows both sides and the offset when other bytes come', async () => {
    await using peer = scriptedPeer().expect('GET key\r\n').send('$-1\r\n');
    const client = await peer.connector(ADDRESS);
    await client.write(toBytes('GET kex\r\n'));
    await expect(client.read()).rejects.toMatchObject({ code: 'connection_lost' });
    const message = await failureOf(peer);
    expect(message).toContain('first difference at offset 6 (0x6)');
    expect(message).toContain('47 45 54 20 6b 65 79');
    expect(message).toContain('|GET kex..|');
  });

  it('fails at the first wrong byte, without waiting for the rest', async () => {
    await using peer = scriptedPeer().expect('a long expectation');
    const client = await peer.connector(ADDRESS);
    await client.write(toBytes('ab'));
    expect(await failureOf(peer)).toContain('first difference at offset 1');
  });

  it('reports steps that are left, and bytes that were not expected', async () => {
    await using unfinished = scriptedPeer().expect('hello');
    await unfinished.connector(ADDRESS);
    expect(await failureOf(unfinished, 20)).toContain('the script is not done: expect "hello"');

    await using talkative = scriptedPeer().expect('a');
    const client = await talkative.connector(ADDRESS);
    await client.write(toBytes('ab'));
    expect(await failureOf(talkative)).toMatch(/not expected:\n000000 {2}62/);
  });

  it('takes lines, lengths and patterns, and answers from what it saw', async () => {
    let name = '';
    await using peer = scriptedPeer()
      .sendLines('220 ready', '220 go')
      .expectLine(/^EHLO /, (line) => {
        name = line.slice(5);
      })
      .send(() => `250 hello ${name}\r\n`)
      .expectLength(4, undefined, Uint8Array.of(0, 1))
      .expectUntil('\n', 'end');
    const client = await peer.connector(ADDRESS);
    expect(await readText(client)).toBe('220 ready\r\n220 go\r\n');
    await client.write(toBytes('EHLO me\r\n'));
    expect(await readText(client)).toBe('250 hello me\r\n');
    await client.write(Uint8Array.of(0, 1, 2, 3));
    await client.write(toBytes('end\n'));
    await peer.done();
  });

  it('sends in pieces, ends, resets', async () => {
    await using pieces = scriptedPeer().send('abc', 1).end().expect('still here');
    const first = await pieces.connector(ADDRESS);
    expect([await readText(first), await readText(first), await readText(first)]).toEqual(['a', 'b', 'c']);
    await first.write(toBytes('still here'));
    expect(await first.read()).toBeUndefined();
    await pieces.done();

    await using resetting = scriptedPeer().send('$5\r\nhe').delay(5).reset();
    const second = await resetting.connector(ADDRESS);
    expect(await readText(second)).toBe('$5\r\nhe');
    await expect(second.read()).rejects.toMatchObject({ code: 'connection_lost' });
  });

  it('upgrades to TLS when the script says so', async () => {
    await using peer = scriptedPeer()
      .expect('STARTTLS\r\n')
      .send('OK\r\n')
      .startTls()
      .expect('in TLS')
      .send('yes')
      .close();
    const client = await peer.connector(ADDRESS, { tls: 'starttls' });
    await client.write(toBytes('STARTTLS\r\n'));
    expect(await readText(client)).toBe('OK\r\n');
    await client.startTls();
    expect(client.peer.tls).toBe(true);
    await client.write(toBytes('in TLS'));
    expect(await readText(client)).toBe('yes');
    expect(await client.read()).toBeUndefined();
    await peer.done();
  });

  it('runs further connections, and refuses those that the script does not have', async () => {
    await using peer = scriptedPeer().expect('a').close().nextConnection().expect('b').send('ok');
    const first = await peer.connector(ADDRESS);
    await first.write(toBytes('a'));
    const second = await peer.connector(ADDRESS);
    await second.write(toBytes('b'));
    expect(await readText(second)).toBe('ok');
    await peer.done();
    const third = await peer.connector(ADDRESS);
    await expect(third.read()).rejects.toMatchObject({ code: 'connection_lost' });
    expect(await failureOf(peer)).toContain('connection 3 came; the script has 2');
  });

  it('takes steps while the conversation goes on, and a stall is silence', async () => {
    await using peer = scriptedPeer().expect('a');
    const client = await peer.connector(ADDRESS);
    await client.write(toBytes('a'));
    await peer.done();
    peer.send('late').stall();
    expect(await readText(client)).toBe('late');
    await client.write(toBytes('nobody reads this'));
    await peer.done();
  });
});

describe('the dumps', () => {
  it('hexDump shows rows of 16 and cuts with a note', () => {
    expect(hexDump(toBytes('0123456789abcdefX'))).toBe(
      '000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  |0123456789abcdef|\n' +
        `000010  58${' '.repeat(45)}  |X|`,
    );
    expect(hexDump(new Uint8Array(40), 0, 1)).toContain('... 24 more bytes');
    expect(hexDump(new Uint8Array())).toBe('(no bytes)');
  });

  it('diffBytes puts the caret below the first difference', () => {
    expect(diffBytes(toBytes('same'), toBytes('same'))).toBeUndefined();
    const lines = diffBytes(toBytes('abcd'), toBytes('abXd'))?.split('\n') ?? [];
    expect(lines[0]).toBe('first difference at offset 2 (0x2); expected 4 bytes, got 4');
    expect(lines[3]?.indexOf('^^')).toBe(lines[2]?.indexOf('63'));
    expect(diffBytes(toBytes('ab'), toBytes('abc'))).toContain('offset 2');
  });
});
