// Parsing messages: texts and attachments, caps, and what is no message.
import { describe, expect, it } from 'vitest';
import { parseMessage } from '../src/mime/index.ts';
import { caught } from './support/open.ts';

const MESSAGE = [
  'From: =?UTF-8?Q?J=C3=BCrgen?= <j@x.test>',
  'Subject: Hello',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Hi.',
  '--b',
  'Content-Type: application/octet-stream; name=a.bin',
  'Content-Transfer-Encoding: base64',
  '',
  'AAEC',
  '--b--',
  '',
].join('\r\n');

describe('parseMessage', () => {
  it('reads bytes and streams', async () => {
    for (const given of [new TextEncoder().encode(MESSAGE), new Blob([MESSAGE]).stream()]) {
      const { from, subject, text, attachments } = await parseMessage(given);
      expect([from?.name, subject, text?.trim()]).toEqual(['Jürgen', 'Hello', 'Hi.']);
      expect(
        attachments.map(({ filename, content }) => [filename, new Uint8Array(content as ArrayBuffer)]),
      ).toEqual([['a.bin', new Uint8Array([0, 1, 2])]]);
    }
  });

  it('refuses what is over a cap', async () => {
    const deep = `${'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'.repeat(100)}\r\n`;
    expect(await caught(parseMessage(new TextEncoder().encode(MESSAGE), { maxBytes: 10 }))).toMatchObject({
      code: 'limit',
    });
    expect(await caught(parseMessage(new Blob([MESSAGE]).stream(), { maxBytes: 10 }))).toMatchObject({
      code: 'limit',
    });
    expect(await caught(parseMessage(new TextEncoder().encode(deep), { maxDepth: 5 }))).toMatchObject({
      code: 'limit',
    });
    expect(await caught(parseMessage('text' as never))).toMatchObject({ code: 'usage' });
  });
});
