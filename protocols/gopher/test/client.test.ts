// fetch() against scripted servers: what it sends, what it makes of the answer, and how every connection ends.
import { memoryConnector, type ScriptedPeer, scriptedPeer, toBytes, toText } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { attributes, type FetchOptions, fetch } from '../src/index.ts';
import { rejection } from './failure.ts';

/** A server that gets one request and sends one answer. */
function answering(request: string, answer: string | Uint8Array, chunkBytes?: number): ScriptedPeer {
  return scriptedPeer().expect(request).send(answer, chunkBytes).close();
}

function get(peer: ScriptedPeer, url: string, options: FetchOptions = {}) {
  return fetch(url, { connector: peer.connector, ...options });
}

describe('fetch', () => {
  it('gives a response whose connection ends with its body', async () => {
    const peer = answering('/about.txt\r\n', 'Hello\r\n.\r\n', 1);
    const response = await get(peer, 'gopher://H.test:7070/0/about.txt');
    expect(response).toMatchObject({
      url: 'gopher://H.test:7070/0/about.txt',
      type: '0',
      contentType: 'text/plain',
      info: undefined,
      bodyUsed: false,
      peer: { hostname: 'h.test', port: 7070, tls: false },
    });
    expect(await response.text()).toBe('Hello\r\n');
    expect(response.bodyUsed).toBe(true);
    await response.closed;
    await peer.done();
  });

  it.each<[string, FetchOptions, string]>([
    ['gopher://h.test', {}, '\r\n'],
    ['gopher://h.test/7/find', { search: 'two words' }, '/find\ttwo words\r\n'],
    ['gopher://h.test/7/find%09one', {}, '/find\tone\r\n'],
    ['gopher://h.test/7/find%09one', { search: 'two' }, '/find\ttwo\r\n'],
    ['gopher://h.test/9/caf%E9', {}, '/caf\xe9\r\n'],
  ])('%s with %j sends its line', async (url, options, line) => {
    const request = Uint8Array.from(line, (character) => character.charCodeAt(0));
    const peer = scriptedPeer().expect(request).send('x').close();
    await (await get(peer, url, options)).bytes();
    await peer.done();
  });

  it.each<[string, FetchOptions, string]>([
    ['gopher://h.test/0/x%09%09+', {}, '/x\t+\r\n'],
    ['gopher://h.test/0/x', { gopherPlus: true }, '/x\t+\r\n'],
    ['gopher://h.test/0/x', { gopherPlus: '+text/plain De_DE' }, '/x\t+text/plain De_DE\r\n'],
    ['gopher://h.test/7/x', { gopherPlus: '!', search: 'q' }, '/x\tq\t!\r\n'],
    ['gopher://h.test/0/x', { ask: ['7', true] }, '/x\t+\t1\r\n+-1\r\n7\r\n1\r\n.\r\n'],
  ])('%s with %j asks by Gopher+', async (url, options, request) => {
    const peer = answering(request, '+2\r\nok');
    const response = await get(peer, url, options);
    expect(response.info).toEqual({ line: '+2', framing: 'length', length: 2 });
    expect(await response.text()).toBe('ok');
    await peer.done();
  });

  it('asks plainly where told so', async () => {
    const peer = answering('/x\r\n', 'plain');
    const response = await get(peer, 'gopher://h.test/0/x%09%09+', { gopherPlus: false });
    expect([response.info, response.url, await response.text()]).toEqual([
      undefined,
      'gopher://h.test/0/x',
      'plain',
    ]);
  });

  it('reads menus', async () => {
    const peer = answering('\r\n', 'iHi\t\t\t\r\n0A\ta\th.test\t70\r\n.\r\n', 3);
    const menu = await (await get(peer, 'gopher://h.test')).menu();
    expect(menu).toMatchObject([{ display: 'Hi' }, { url: 'gopher://h.test/0a' }]);
  });

  it('lets go of a server that keeps the connection behind the dot of its menu', async () => {
    const peer = scriptedPeer().expect('\r\n').send('0A\ta\th.test\t70\r\n.\r\n').expectEnd();
    const response = await get(peer, 'gopher://h.test');
    expect(await response.menu()).toHaveLength(1);
    await response.closed;
  });

  it('reads attributes', async () => {
    const peer = answering(
      '/x\t!\r\n',
      '+-1\r\n+INFO: 0x\t/x\th.test\t70\r\n+ABSTRACT:\r\n Short\r\n.\r\n',
      2,
    );
    const response = await get(peer, 'gopher://h.test/0/x', { gopherPlus: '!' });
    expect(response.contentType).toBe('text/plain');
    expect(await attributes(response)).toMatchObject([{ abstract: 'Short', item: { display: 'x' } }]);
  });

  it('speaks TLS to gophers:, and to nothing else', async () => {
    const secure: unknown[] = [];
    const connector = memoryConnector(async (server, _address, { tls }) => {
      secure.push(tls);
      await server.read();
      await server.write(toBytes('0A\ta\th.test\t70\r\n'));
      await server.close();
    });
    const response = await fetch('gophers://h.test/1', { connector });
    expect(response.peer.tls).toBe(true);
    expect(await response.menu()).toMatchObject([{ url: 'gophers://h.test/0a' }]);
    expect(secure).toEqual(['implicit']);
  });

  it.each(['none', 'wrong-name', 'expired', 'untrusted'] as const)(
    'fails where gophers: finds TLS %s, without a second, plain try',
    async (tls) => {
      const peer = scriptedPeer({ tls });
      if (tls === 'none') peer.send('iPlain Gopher\r\n');
      expect((await rejection(get(peer, 'gophers://h.test/1'))).code).toBe('tls_failed');
      expect(peer.connections).toBeLessThanOrEqual(1);
    },
  );

  it.each<[string, string, string]>([
    ['0', 'a\r\n..b\r\n.\r\n', 'a\r\n.b\r\n'],
    ['0', 'a\r\n..b\r\n', 'a\r\n..b\r\n'],
    ['4', '(This file)\r\n.\r\n', '(This file)\r\n'],
    ['9', 'a\r\n..b\r\n.\r\n', 'a\r\n..b\r\n.\r\n'],
    ['h', '<p>\r\n.\r\n', '<p>\r\n.\r\n'],
    ['Z', '.\r\n', '.\r\n'],
    ['0', '', ''],
  ])('type %s reads %j as %j', async (type, sent, text) => {
    const response = await get(answering('x\r\n', sent), `gopher://h.test/${type}x`);
    expect(await response.text()).toBe(text);
  });

  it.each<[string, string, string]>([
    ['0', '+-1\r\na\r\n..b\r\n.\r\nlost', 'a\r\n.b\r\n'],
    ['0', '+10\r\na\r\n..b\r\n.\r\nlost', 'a\r\n..b\r\n.\r'],
    ['0', '+-2\r\na\r\n..b\r\n.\r\nkept', 'a\r\n..b\r\n.\r\nkept'],
    ['9', '+-1\r\na\r\n..b\r\n.\r\nlost', 'a\r\n..b'],
    ['0', '+0\r\nlost', ''],
    ['0', '+-2\n', ''],
  ])('type %s by Gopher+ reads %j as %j', async (type, sent, text) => {
    for (const chunkBytes of [1, 1000]) {
      const peer = scriptedPeer().expect('x\t+\r\n').send(sent, chunkBytes);
      if (sent.startsWith('+-2')) peer.close();
      const response = await get(peer, `gopher://h.test/${type}x`, { gopherPlus: true });
      expect(await response.text()).toBe(text);
    }
  });

  it('reads text that is no UTF-8 as windows-1252', async () => {
    const latin = Uint8Array.of(0x43, 0x61, 0x66, 0xe9, 0x20, 0x80);
    expect(await (await get(answering('x\r\n', latin), 'gopher://h.test/0x')).text()).toBe('Café €');
    const utf8 = toBytes('Café €');
    expect(await (await get(answering('x\r\n', utf8), 'gopher://h.test/0x')).text()).toBe('Café €');
  });

  it.each<[string, string, FetchOptions, string]>([
    ['0', 'x', {}, 'text/plain'],
    ['1', 'x', {}, 'application/gopher-menu'],
    ['7', 'x', {}, 'application/gopher-menu'],
    ['h', 'x', {}, 'text/html'],
    ['g', 'x', {}, 'image/gif'],
    ['I', 'x', {}, 'application/octet-stream'],
    ['9', 'x.html', {}, 'application/octet-stream'],
    ['9', 'x.constructor', {}, 'application/octet-stream'],
    ['Z', 'x', {}, 'application/octet-stream'],
    ['0', 'x', { gopherPlus: '+Application/PostScript De_DE' }, 'application/postscript'],
  ])('type %s of %s with %j is %s', async (type, selector, options, contentType) => {
    const peer = scriptedPeer().expect(selector).send('+-2\r\nx').close();
    const response = await get(peer, `gopher://h.test/${type}${selector}`, options);
    expect(response.contentType).toBe(contentType);
    await response[Symbol.asyncDispose]();
  });
});

describe('what the server refuses', () => {
  const ERROR_ITEM = "3'/x' does not exist\t\terror.host\t1\r\n";

  it.each<[string, string, FetchOptions, object]>([
    ['0', ERROR_ITEM, {}, { code: 'error', message: "'/x' does not exist" }],
    ['9', `${ERROR_ITEM}.\r\n`, {}, { code: 'error' }],
    ['1', `${ERROR_ITEM}iBy a server\t\t\t\r\n.\r\n`, {}, { code: 'error' }],
    ['0', ERROR_ITEM, { gopherPlus: true }, { code: 'error' }],
    [
      '0',
      "--2\r\n1 Admin <a@b>\r\n'/x' does not exist\r\n",
      { gopherPlus: true },
      { code: '1', message: "'/x' does not exist" },
    ],
    ['0', '--1\r\n2 Busy\r\n.\r\nlost', { gopherPlus: true }, { code: '2', message: 'Busy' }],
    ['0', '-7\r\n2 Busy\r\nlost', { gopherPlus: true }, { code: '2', message: 'Busy' }],
    [
      '0',
      '--1\r\n3 1There\t/new\tn.test\t71\r\n.\r\n',
      { gopherPlus: true },
      { code: '3', fields: { url: 'gopher://n.test:71/1/new' } },
    ],
  ])('type %s: %j', async (type, sent, options, server) => {
    for (const chunkBytes of [1, 1000]) {
      const peer = scriptedPeer().expect('/x').send(sent, chunkBytes).close();
      const error = await rejection(get(peer, `gopher://h.test/${type}/x`, options));
      expect(error).toMatchObject({ code: 'server', blame: 'peer', server, peer: { hostname: 'h.test' } });
      expect(error.message).toMatch(/^The Gopher server answered: /);
    }
  });

  it('takes the dot of an error item for its end', async () => {
    const peer = scriptedPeer().expect('/x\r\n').send(`${ERROR_ITEM}.\r\n`).expectEnd();
    expect((await rejection(get(peer, 'gopher://h.test/0/x'))).server?.code).toBe('error');
  });

  it('shows no more than the beginning of a long refusal, and keeps all of what it took', async () => {
    const peer = scriptedPeer()
      .expect('/x')
      .send(`--2\r\n1 ${'x'.repeat(100_000)}`)
      .close();
    const error = await rejection(get(peer, 'gopher://h.test/0/x', { gopherPlus: true }));
    expect(error.message.length).toBeLessThan(300);
    expect(error.server?.message.length).toBeLessThan(5000);
  });

  it.each([
    '3 blind mice\r\nand more\r\n',
    '3',
    `3A\ta\th\t70\r\n0B\tb\th\t70\r\n`,
    `3${'x'.repeat(5000)}`,
    `${'3A\ta\th\t70\r\n'.repeat(500)}`,
  ])('does not take %# for a refusal', async (sent) => {
    for (const chunkBytes of [7, 100_000]) {
      const response = await get(answering('x\r\n', sent, chunkBytes), 'gopher://h.test/9x');
      expect(toText(await response.bytes())).toBe(sent);
    }
  });

  it.each<[string, string, RegExp]>([
    ['hello world\r\n', 'protocol', /does not know Gopher\+/],
    ['+five\r\n', 'protocol', /does not know Gopher\+/],
    ['+1234567890123456789012345678901234567890', 'protocol', /does not know Gopher\+/],
    ['+5', 'protocol', /does not know Gopher\+/],
    ['3 blind mice\r\n', 'protocol', /does not know Gopher\+/],
    ['', 'connection_lost', /before the answer/],
  ])('%j is no Gopher+ answer', async (sent, code, message) => {
    const peer = scriptedPeer().expect('x\t+\r\n').send(sent, 1).close();
    const error = await rejection(get(peer, 'gopher://h.test/0x', { gopherPlus: true }));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  });
});

describe('what is never sent', () => {
  it.each<[string, FetchOptions, string, RegExp]>([
    ['gopher://h.test/1x%0d%0aQUIT', {}, 'usage', /must not hold/],
    ['gopher://h.test/1x%00', {}, 'usage', /must not hold/],
    ['gopher://h.test/1x%09a%09+%09b', {}, 'usage', /more than two %09/],
    ['gopher://h.test/7x', { search: 'a\r\nb' }, 'usage', /search must not hold/],
    ['gopher://h.test/7x', { search: 'a\tb' }, 'usage', /search must not hold/],
    ['gopher://h.test/0x', { gopherPlus: '+\r\nx' }, 'usage', /Gopher\+ string/],
    ['gopher://h.test/0x', { ask: ['a\r\n.\r\nb'] }, 'usage', /answer must not hold/],
    ['gopher://h.test/0x', { ask: ['a'], gopherPlus: '!' }, 'usage', /string with \+/],
    ['gopher://h.test/hURL:https://x.test/', {}, 'usage', /"https:\/\/x\.test\/"/],
    ['gopher://h.test/h/URL:javascript:alert(1)', {}, 'usage', /link/],
    [`gopher://h.test/1${'x'.repeat(5000)}`, {}, 'limit', /4096/],
    ['gopher://h.test:0/1', {}, 'usage', /port/],
    ['gopher://h.test:70000/1', {}, 'usage', /port/],
    ['gopher://h.test:25/1', {}, 'policy', /25/],
    ['gopher://a..b/1', {}, 'usage', /host/],
    ['gopher://a%0d%0ab/1', {}, 'usage', /host/],
    ['https://h.test/', {}, 'usage', /not a URL like gopher/],
  ])('%s %j', async (url, options, code, message) => {
    const peer = scriptedPeer();
    const error = await rejection(get(peer, url, options));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
    expect(error.safeToRetry).toBe(true);
    expect(peer.connections).toBe(0);
  });

  it.each([null, 5, 'tls', { connector: 'tcp' }])('with the options %j', async (options) => {
    const wrong: unknown = options;
    const error = await rejection(fetch('gopher://h.test/1', wrong as FetchOptions));
    expect(error).toMatchObject({ name: 'FairleadError', code: 'usage', safeToRetry: true });
  });
});

describe('the door', () => {
  const wrong: [string, object][] = [
    ['a time that is none', { timeoutMs: Number.NaN }],
    ['a negative time', { connectTimeoutMs: -1 }],
    ['a signal that is none', { signal: {} }],
    ['a search that is no text', { search: 7 }],
    ['a Gopher+ string that is none', { gopherPlus: 7 }],
    ['answers that are no list', { ask: 'yes' }],
    ['a cap that is none', { maxBytes: Number.NaN }],
  ];
  it.each(wrong)('refuses %s before it dials', async (_, options) => {
    const peer = scriptedPeer();
    const error = await rejection(get(peer, 'gopher://h.test/1/', options));
    expect(error).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(peer.connections).toBe(0);
  });

  it('says who called', async () => {
    const refusing = scriptedPeer({ dial: 'refuse' });
    const theCaller = async (): Promise<unknown> => await get(refusing, 'gopher://h.test/0/x');
    const error = await rejection(theCaller());
    expect(error.code).toBe('connect_failed');
    expect(error.stack).toContain('theCaller');
  });

  it('waits 2^31 ms and more without a timer that fires at once', async () => {
    const peer = scriptedPeer().expect('/x\r\n').delay(30).send('Hello').close();
    const response = await get(peer, 'gopher://h.test/0/x', { timeoutMs: 2 ** 31 });
    expect(await response.text()).toBe('Hello');
  });
});
