// Signatures, verified by another implementation (mailauth, in Node).

import { concatBytes } from '@fairlead/testkit';
import { describe, expect, inject, it } from 'vitest';
import { type DkimOptions, dkimSigner } from '../src/dkim/index.ts';

const keys = inject('dkim');
const RSA: DkimOptions = { domain: 'sender.test', selector: 'rsa', privateKey: keys.rsa.pkcs8 };
const ED: DkimOptions = { domain: 'sender.test', selector: 'ed', privateKey: keys.ed25519.pkcs8 };
const MESSAGE = [
  'From: =?utf-8?q?J=C3=BCrgen?= <a@sender.test>',
  'To: b@y.test,',
  '\tc@y.test',
  'Subject:   two   spaces  ',
  'Received: from nowhere',
  'Date: Sat, 21 Nov 2026 11:10:12 +0000',
  '',
  'Hello  \t there ',
  '',
  '.dot',
  '\t',
  '',
  '',
].join('\r\n');

interface Verdict {
  readonly status: { readonly result: string; readonly comment?: string };
  readonly algo: string;
}

async function verify(...parts: (string | Uint8Array)[]): Promise<Verdict[]> {
  const response = await fetch(inject('mail').control, { method: 'POST', body: concatBytes(parts) });
  return response.json();
}

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('dkimSigner', () => {
  it.each([
    ['RSA, PKCS#8', RSA, 'rsa-sha256'],
    ['RSA, PKCS#1', { ...RSA, privateKey: keys.rsa.pkcs1 }, 'rsa-sha256'],
    ['Ed25519', ED, 'ed25519-sha256'],
  ])('signs by %s', async (_name, options, algo) => {
    const sign = await dkimSigner(options);
    expect(await verify(await sign(MESSAGE), MESSAGE)).toMatchObject([{ status: { result: 'pass' }, algo }]);
  });

  it('signs with several keys at once', async () => {
    const sign = await dkimSigner([ED, RSA]);
    const verdicts = await verify(await sign(MESSAGE), MESSAGE);
    expect(verdicts.map(({ status, algo }) => [algo, status.result])).toEqual([
      ['ed25519-sha256', 'pass'],
      ['rsa-sha256', 'pass'],
    ]);
  });

  it.each([
    ['a body without an end', MESSAGE.replace(/\s+$/, '')],
    ['no body', 'From: a@sender.test\r\n\r\n'],
    ['nothing behind the header', 'From: a@sender.test\r\n'],
    ['empty lines alone', 'From: a@sender.test\r\n\r\n\r\n \r\n\r\n'],
    ['an empty first line', 'From: a@sender.test\r\n\r\n\r\nx\r\n'],
    ['two fields of one name', 'From: a@sender.test\r\nSubject: 1\r\nSubject: 2\r\n\r\nx\r\n'],
    ['a long body', `From: a@sender.test\r\n\r\n${`${'a b'.repeat(20)}\r\n`.repeat(3000)}`],
    ['a last byte like white space', 'From: a@sender.test\r\nSubject: voil\u00e0\r\nX: \u3000\r\n\r\nx\r\n'],
    ['bytes beyond ASCII', 'From: J\u00fcrgen <a@sender.test>\r\n\r\nGr\u00fc\u00dfe\r\n'],
  ])('signs %s', async (_name, message) => {
    const sign = await dkimSigner(RSA);
    const [verdict] = await verify(await sign(message), message);
    expect(verdict).toMatchObject({ status: { result: 'pass' } });
  });

  it.each([1, 2, 3, 7, 64])('signs a stream in pieces of %i bytes as it signs the whole', async (size) => {
    const sign = await dkimSigner(ED);
    const at = new Date(1_700_000_000_000);
    const whole = await sign(MESSAGE, at);
    expect(await sign(() => pieces(MESSAGE, size), at)).toEqual(whole);
    // Line ends are repaired on the way to the server, so they are before the hash, too.
    expect(await sign(() => pieces(MESSAGE.replaceAll('\r\n', '\n'), size), at)).toEqual(whole);
  });

  it.each([
    ['another From', (text: string) => `From: evil@x.test\r\n${text}`],
    ['another Subject', (text: string) => `Subject: evil\r\n${text}`],
    ['a changed body', (text: string) => text.replace('there', 'here')],
    ['a changed field', (text: string) => text.replace('c@y.test', 'd@y.test')],
  ])('does not cover %s', async (_name, change) => {
    const sign = await dkimSigner(RSA);
    const [verdict] = await verify(await sign(MESSAGE), change(MESSAGE));
    expect(verdict?.status.result).not.toBe('pass');
  });

  it('says until when it counts', async () => {
    const sign = await dkimSigner({ ...ED, expireSeconds: 60 });
    const head = new TextDecoder().decode(await sign(MESSAGE, new Date(1_700_000_000_000)));
    expect(head).toContain('t=1700000000; x=1700000060;');
    for (const line of head.split('\r\n')) expect(line.length).toBeLessThan(100);
  });

  it.each([
    [{ ...RSA, privateKey: 'secret-key' }, /not a PEM/],
    [{ ...RSA, privateKey: keys.rsa.pkcs8.replace('MII', 'AAA') }, /neither RSA nor/],
    [{ ...RSA, domain: 'x\r\ny' }, /host name/],
    [{ ...RSA, domain: '[127.0.0.1]' }, /domain/],
    [{ ...RSA, selector: 'a;b' }, /selector/],
    [{ ...RSA, expireSeconds: 0 }, /expireSeconds/],
    [{ ...RSA, privateKey: 5 as never }, /text/],
    [{ ...RSA, selector: undefined as never }, /text/],
    [null as never, /text/],
    [5 as never, /text/],
  ])('refuses %#', async (options, words) => {
    const error = await dkimSigner(options).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'usage', message: expect.stringMatching(words) });
    expect(String(error)).not.toContain('secret-key');
  });

  it('refuses a time that is none', async () => {
    const sign = await dkimSigner(ED);
    for (const at of [new Date(Number.NaN), 5 as never, null as never]) {
      await expect(sign(MESSAGE, at)).rejects.toMatchObject({ code: 'usage' });
    }
    await expect(sign(null as never)).rejects.toMatchObject({ code: 'usage' });
  });

  it.each(['Subject: x\r\n\r\n', '\r\nbody', 'no header at all'])(
    'refuses the message %j',
    async (message) => {
      const sign = await dkimSigner(RSA);
      await expect(sign(message)).rejects.toMatchObject({ code: 'usage' });
    },
  );
});
