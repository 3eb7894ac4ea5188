// Ready-made messages that are too large to be gathered: passed on as they come, and cut off properly.
import { createApp } from '@fairlead/http';
import { scriptedPeer } from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { smtpRoutes } from '../src/route/index.ts';
import { followed, readBeginning, readReadyMade } from '../src/route/raw/ready-made.ts';
import { logIn } from './support/talk.ts';

const TOKEN = 'sender-token-0123456789';
const ENV = {
  FAIRLEAD_CONNECTIONS: { main: { url: 'smtp://app:secret@mx.test' } },
  FAIRLEAD_TOKENS: [{ name: 'sender', token: TOKEN, scopes: ['smtp:send:main'] }],
  FAIRLEAD_LIMITS: { maxStreamBytes: 1_000_000 },
};
const HEAD = 'From: Ä <a@x.test>\r\nTo: b@y.test\r\nBcc: hidden@y.test\r\n\r\n';
const LINE = `${'x'.repeat(76)}\r\n`;
const encoder = new TextEncoder();

/** `head`, then `lines` lines, in chunks of 100 lines. */
function message(lines: number, head = HEAD): ReadableStream<Uint8Array> {
  const chunks = [head, ...Array.from({ length: lines / 100 }, () => LINE.repeat(100))];
  return new ReadableStream({
    pull(controller) {
      const next = chunks.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(encoder.encode(next));
    },
  });
}

async function post({ connector }: { connector: Connector }, body: ReadableStream<Uint8Array>) {
  const app = createApp({ routes: [smtpRoutes], connector });
  const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'message/rfc822' };
  const response = await app.request(
    '/smtp/send-raw?connection=main',
    { method: 'POST', headers, body },
    ENV,
  );
  return { status: response.status, json: await response.json<Record<string, unknown>>() };
}

describe('POST /smtp/send-raw, streamed', () => {
  it('sends what came, but for the Bcc, and asks for SMTPUTF8 where the header needs it', async () => {
    const sent = `${HEAD.replace(/Bcc.*\r\n/, '')}${LINE.repeat(4_000)}.\r\n`;
    let seen = new Uint8Array(0);
    await using peer = logIn(scriptedPeer())
      .expect(
        'MAIL FROM:<a@x.test> BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<b@y.test>\r\nRCPT TO:<hidden@y.test>\r\nDATA\r\n',
      )
      .send('250 Ok\r\n250 Ok\r\n250 Ok\r\n354 Go\r\n')
      .expectLength(encoder.encode(sent).length, (bytes) => {
        seen = bytes.slice();
      })
      .sendLines('250 2.0.0 Ok: queued')
      .expectLine('QUIT')
      .close();
    const { status, json } = await post(peer, message(4_000));
    expect([status, json.accepted]).toEqual([200, ['b@y.test', 'hidden@y.test']]);
    expect(new TextDecoder().decode(seen)).toBe(sent);
    await peer.done();
  });

  it('says that the upload broke off where it did, and ends without the final dot', async () => {
    await using peer = logIn(scriptedPeer())
      .expectUntil('DATA\r\n', /^MAIL/)
      .send('250 Ok\r\n250 Ok\r\n250 Ok\r\n354 Go\r\n')
      .expectLength(65_000);
    let chunks = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (++chunks > 30) controller.error(new Error('the caller is gone'));
        else controller.enqueue(encoder.encode(chunks === 1 ? HEAD : LINE.repeat(100)));
      },
    });
    const { status, json } = await post(peer, body);
    expect([status, json.code]).toEqual([400, 'invalid']);
  });

  it('ends without the final dot behind the cap: nothing is accepted', async () => {
    await using peer = logIn(scriptedPeer())
      .expectUntil('DATA\r\n', /^MAIL/)
      .send('250 Ok\r\n250 Ok\r\n250 Ok\r\n354 Go\r\n')
      .expectLength(950_000)
      .stall();
    let sent = '';
    const connector: Connector = async (...target) => {
      const transport = await peer.connector(...target);
      const write = transport.write.bind(transport);
      return Object.assign(transport, {
        write: (bytes: Uint8Array) => {
          sent += new TextDecoder().decode(bytes);
          return write(bytes);
        },
      });
    };
    const { status, json } = await post({ connector }, message(20_000));
    expect([status, json.code]).toEqual([413, 'limit']);
    expect(json.detail).toContain('larger than 1000000 bytes');
    expect(sent).toContain(LINE.repeat(100));
    expect(sent).not.toContain('\r\n.\r\n');
  });
});

describe('readBeginning', () => {
  const chunked = (text: string, size: number): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start(controller) {
        const bytes = encoder.encode(text);
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });

  it.each([1, 7, 1_000, 70_000, 200_000])('keeps every byte, in chunks of %i', async (size) => {
    const text = `From: a@x.test\r\nX-Long: ${'y'.repeat(80_000)}\r\n\r\n${'b'.repeat(50_000)}\r\n`;
    const { start, rest } = await readBeginning(chunked(text, size));
    expect(readReadyMade(start, false).sender).toBe('a@x.test');
    let whole = '';
    const decoder = new TextDecoder();
    if (rest === undefined) whole = decoder.decode(start);
    else for await (const part of followed(start, rest)) whole += decoder.decode(part, { stream: true });
    expect(whole).toBe(text);
  });

  it('gathers small messages whole, and refuses a header without an end', async () => {
    expect((await readBeginning(chunked('From: a@x.test\r\n\r\nb', 5))).rest).toBeUndefined();
    const endless = chunked(`X: ${'y'.repeat(300_000)}`, 10_000);
    await expect(readBeginning(endless)).rejects.toMatchObject({ code: 'usage' });
  });
});
