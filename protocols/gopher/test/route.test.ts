// Gopher over HTTP: what each kind of item becomes, what the policy and the scopes let through, and bad input.
import { createApp } from '@fairlead/http';
import {
  type MemoryConnectorOptions,
  memoryConnector,
  type ScriptedPeer,
  scriptedPeer,
  toText,
} from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { gopherRoutes } from '../src/route/index.ts';

const TOKENS = [
  { token: 'all-token-0123456789', name: 'all', scopes: ['gopher'] },
  { token: 'main-token-0123456789', name: 'main', scopes: ['gopher:fetch:main'] },
  { token: 'own-token-0123456789', name: 'own', scopes: ['gopher:fetch:@'] },
];
const ENV = {
  FAIRLEAD_CONNECTIONS: JSON.stringify({
    main: 'gopher://hole.internal.test:7070/1/docs',
    secure: 'gophers://secure.test',
  }),
  FAIRLEAD_TOKENS: JSON.stringify(TOKENS),
  FAIRLEAD_TARGETS: JSON.stringify(['*.test:70', 'h.test:*']),
  FAIRLEAD_LIMITS: JSON.stringify({ maxResultBytes: 100_000, maxRows: 1000 }),
};

function gateway(connector: Connector = scriptedPeer().connector, env: Record<string, unknown> = {}) {
  const app = createApp({ routes: [gopherRoutes], connector });
  return (query: string | Record<string, string>, init: RequestInit = {}, token = 'all') => {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${token}-token-0123456789`);
    const search = typeof query === 'string' ? query : new URLSearchParams(query);
    return app.request(`/gopher/fetch?${search}`, { ...init, headers }, { ...ENV, ...env });
  };
}

/** A server that gets `request` and sends `answer`; what is asked of the gateway meets it. */
function answering(request: string, answer: string | Uint8Array, behaviour: MemoryConnectorOptions = {}) {
  const peer = scriptedPeer(behaviour).expect(request).send(answer).close();
  return { peer, request: gateway(peer.connector) };
}

const MENU =
  'iWelcome <b>\t\t\t0\r\n' +
  '0About & more\t/about\th.test\t70\r\n' +
  '1Docs\t/docs/../x\thole.internal.test\t7070\r\n' +
  '7Find "it"\t/find\th.test\t70\r\n' +
  'hWeb\tURL:https://web.test/?a=1&b="2"\th.test\t70\r\n' +
  'hEvil\tURL:javascript:alert(1)\th.test\t70\r\n' +
  'hData\tURL:data:text/html,x\th.test\t70\r\n' +
  '8Shell\t\th.test\t23\r\n' +
  '0<script>\t"><script>\th.test\t70\r\n.\r\n';

const html = { headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

describe('items', () => {
  it('sends a menu as JSON', async () => {
    const { peer, request } = answering('\r\n', MENU);
    const response = await request({ url: 'gopher://h.test' });
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('application/json');
    const body = (await response.json()) as { items: unknown[] };
    expect(body).toMatchObject({ url: 'gopher://h.test/1', type: '1' });
    expect(body.items).toHaveLength(9);
    expect(body.items[1]).toEqual({
      type: '0',
      display: 'About & more',
      selector: '/about',
      hostname: 'h.test',
      port: 70,
      url: 'gopher://h.test/0/about',
    });
    await peer.done();
  });

  it('sends a menu as a page that links nowhere but here and to the web', async () => {
    const response = await answering('\r\n', MENU).request({ url: 'gopher://h.test' }, html);
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('Content-Security-Policy')).toMatch(/^default-src 'none'/);
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    const page = await response.text();
    expect(page).toContain('Welcome &lt;b&gt;');
    expect(page).toContain('<a href="?url=gopher%3A%2F%2Fh.test%2F0%2Fabout">About &amp; more</a>');
    expect(page).toContain(
      '<a href="https://web.test/?a=1&amp;b=&quot;2&quot;" rel="noreferrer noopener">Web</a>',
    );
    expect(page).toContain('<input type="hidden" name="url" value="gopher://h.test/7/find">');
    expect(page).toContain('Find &quot;it&quot;');
    expect(page).toMatch(/^Evil$/m);
    expect(page).toMatch(/^Data$/m);
    expect(page).toMatch(/^Shell$/m);
    expect(page).not.toMatch(/<script|javascript:|<b>/);
    const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    expect(links).toHaveLength(4);
    for (const href of links) expect(href).toMatch(/^(\?url=|https:)/);
  });

  it('keeps links to a named connection’s own server with that connection', async () => {
    const { peer, request } = answering('/docs\r\n', MENU);
    const response = await request({ connection: 'main' }, html);
    const page = await response.text();
    expect(page).toContain('<a href="?connection=main&amp;path=%2F1%2Fdocs%2F..%2Fx">Docs</a>');
    expect(page).toContain('<title>main</title>');
    expect(page).not.toContain('hole.internal.test');
    await peer.done();
  });

  it.each<[Record<string, string>, string]>([
    [{ connection: 'main' }, '/docs\r\n'],
    [{ path: '/0/a%20b', connection: 'main' }, '/a b\r\n'],
    [{ path: '0/a#b', connection: 'main' }, '/a#b\r\n'],
    [{ path: '', connection: 'main' }, '\r\n'],
    [{ path: '/7/find', search: 'two words', connection: 'main' }, '/find\ttwo words\r\n'],
    [{ url: 'gopher://h.test/7/find', search: 'é' }, '/find\té\r\n'],
    [{ url: 'gopher://h.test/7/find%09one' }, '/find\tone\r\n'],
    [{ url: 'gopher://h.test:7071/0/x' }, '/x\r\n'],
  ])('%j asks for %j', async (query, line) => {
    const { peer, request } = answering(line, 'x');
    expect((await request(query)).status).toBe(200);
    await peer.done();
  });

  it('takes a URL of the caller’s own from the header, too', async () => {
    const { peer, request } = answering('/x\r\n', 'hi');
    const response = await request('', { headers: { 'Fairlead-Url': 'gopher://h.test/0/x' } });
    expect(await response.text()).toBe('hi');
    await peer.done();
  });

  it('sends text as UTF-8, without the dots of the wire', async () => {
    const latin = Uint8Array.from('Caf\xe9\r\n..b\r\n.\r\n', (character) => character.charCodeAt(0));
    const response = await answering('/x\r\n', latin).request({ url: 'gopher://h.test/0/x' });
    expect(response.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe('Café\r\n.b\r\n');
  });

  it.each<[string, string]>([
    ['h/page.html', 'text/plain; charset=utf-8'],
    ['g/x.gif', 'image/gif'],
    ['I/x.png', 'image/png'],
    ['I/x.JPG', 'image/jpeg'],
    ['s/x.wav', 'audio/wav'],
    ['9/x.constructor', 'application/octet-stream'],
    ['I/x.svg', 'application/octet-stream'],
    ['9/x.html', 'application/octet-stream'],
    ['9/x.zip', 'application/zip'],
    ['s/x.mp3', 'audio/mpeg'],
    ['d/x.pdf', 'application/pdf'],
    ['x/x.xml', 'text/plain; charset=utf-8'],
    ['M/x', 'application/octet-stream'],
    ['Z/x', 'application/octet-stream'],
  ])('sends %s as %s, and lets no browser run it', async (item, type) => {
    const sent = '<script>alert(1)</script>';
    const { request } = answering(item.slice(1), sent);
    const response = await request({ url: `gopher://h.test/${item}` }, html);
    expect(response.headers.get('Content-Type')).toBe(type);
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(response.headers.get('Content-Security-Policy')).toBe("default-src 'none'; sandbox");
    expect(toText(new Uint8Array(await response.arrayBuffer()))).toBe(sent);
  });

  it.each(['text/html', 'image/svg+xml', 'application/xhtml+xml', 'application/javascript', 'text/xml'])(
    'does not name the view %s as asked',
    async (view) => {
      const { request } = answering('/x\t+', '+-2\r\n<script>');
      const response = await request({ url: 'gopher://h.test/9/x', gopherPlus: `+${view}` });
      expect(response.headers.get('Content-Type')).toMatch(
        /^(text\/plain; charset=utf-8|application\/octet-stream)$/,
      );
    },
  );

  it('streams binaries byte for byte', async () => {
    const bytes = Uint8Array.from({ length: 90_000 }, (_, i) => (i * 7919) >> 3);
    const response = await answering('/x\r\n', bytes).request({ url: 'gopher://h.test/9/x' });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  it('sends attributes as JSON', async () => {
    const text = '+-2\r\n+INFO: 0x\t/x\th.test\t70\t+\r\n+VIEWS:\r\n text/plain: <1k>\r\n';
    const response = await answering('/x\t!\r\n', text).request({
      url: 'gopher://h.test/0/x',
      gopherPlus: '!',
    });
    expect(await response.json()).toMatchObject({
      type: '0',
      attributes: [
        {
          item: { display: 'x' },
          views: [{ type: 'text/plain', size: '1k' }],
          blocks: { VIEWS: ['text/plain: <1k>'] },
        },
      ],
    });
  });

  it.each(['gopher://h.test/1', 'gopher://h.test/9/x', 'gopher://h.test/0/x'])(
    'answers HEAD for %s and lets go of the server',
    async (url) => {
      const peer = scriptedPeer().expectLine(/.*/).send('x'.repeat(1000)).expectEnd();
      const response = await gateway(peer.connector)({ url }, { method: 'HEAD' });
      expect([response.status, await response.text()]).toEqual([200, '']);
      await until(peer);
    },
  );

  it('dials what was checked, and no link to elsewhere', async () => {
    const dialled: unknown[] = [];
    const connector = memoryConnector(async (server, address) => {
      dialled.push(address);
      await server.read();
      await server.write(new TextEncoder().encode(MENU));
      await server.close();
    });
    const request = gateway(connector);
    await (await request({ url: 'gopher://H.TEST./1' })).text();
    await (await request({ connection: 'secure', path: '' })).text();
    expect(dialled).toEqual([
      { hostname: 'h.test', port: 70 },
      { hostname: 'secure.test', port: 70 },
    ]);
  });
});

/** `done`, where the end may come as a reset. */
async function until(peer: ScriptedPeer): Promise<void> {
  await peer.done().catch((error: Error) => expect(error.message).toMatch(/broke|ended/));
}

describe('limits', () => {
  it.each<[string, string, string]>([
    ['text', 'gopher://h.test/0/x', 'x'.repeat(100_001)],
    ['a menu’s bytes', 'gopher://h.test/1/x', `i${'x'.repeat(10_000)}\r\n`.repeat(11)],
    ['a menu’s items', 'gopher://h.test/1/x', 'i\n'.repeat(1001)],
  ])('refuses %s with 413', async (_what, url, sent) => {
    const response = await answering('/x\r\n', sent).request({ url });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'limit', blame: 'peer' });
  });

  it('refuses a declared length with 413, and breaks a stream that goes on', async () => {
    const declared = answering('/x\t+\r\n', `+100001\r\n${'x'.repeat(100_001)}`);
    const query = { url: 'gopher://h.test/9/x', gopherPlus: '+' };
    expect((await declared.request(query)).status).toBe(413);
    const endless = answering('/x\r\n', 'x'.repeat(100_001));
    const response = await endless.request({ url: 'gopher://h.test/9/x' });
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow(/100000/);
  });

  it.each(['', 'x'])('gives up when the time is over, behind %j', async (sent) => {
    const peer = scriptedPeer().expect('/x\r\n').send(sent).stall();
    const init = { headers: { 'Fairlead-Timeout-Ms': '50' } };
    const response = await gateway(peer.connector)({ url: 'gopher://h.test/0/x' }, init);
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ code: 'timeout' });
  });

  it('breaks a stream when the time is over', async () => {
    const peer = scriptedPeer().expect('/x\r\n').send('x').stall();
    const init = { headers: { 'Fairlead-Timeout-Ms': '100' } };
    const response = await gateway(peer.connector)({ url: 'gopher://h.test/9/x' }, init);
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow();
  });
});

describe('refusals', () => {
  it.each<[Record<string, string>, number, string, RegExp]>([
    [{ url: 'http://h.test/' }, 400, 'usage', /not a URL like gopher/],
    [{ url: 'gopher://h.test/1x%0d%0aQUIT' }, 400, 'usage', /must not hold/],
    [{ url: 'gopher://h.test/1x\r\nQUIT' }, 400, 'usage', /must not hold TAB, CR, LF/],
    [{ url: 'gopher://h.test/1x%00' }, 400, 'usage', /must not hold/],
    [{ url: 'gopher://h.test/1x%09a%09+%09' }, 400, 'usage', /more than two %09/],
    [{ url: 'gopher://user:hunter2@h.test/' }, 400, 'usage', /not a URL like gopher/],
    [{ url: 'gopher://h.test:0/' }, 400, 'usage', /port/],
    [{ url: 'gopher://h.test:25/' }, 403, 'policy', /25/],
    [{ url: `gopher://h.test/1${'x'.repeat(5000)}` }, 413, 'limit', /4096/],
    [{ url: 'gopher://h.test/hURL:http://x.test/' }, 400, 'usage', /link/],
    [{ url: 'gopher://h.test/7x', search: 'a\r\nb' }, 400, 'usage', /search/],
    [{ url: 'gopher://h.test/0x', gopherPlus: 'x' }, 400, 'usage', /Gopher\+ string/],
    [{ url: 'gopher://other.example.com/1' }, 403, 'policy', /other\.example\.com:70 is not among/],
    [{ url: 'gopher://127.0.0.1/1' }, 403, 'policy', /127\.0\.0\.1/],
    [{ url: 'gopher://[::1]/1' }, 403, 'policy', /::1/],
    [{ url: 'gopher://a%00b/1' }, 400, 'usage', /host name/],
    [{ url: 'gopher://h.test/1', connection: 'main' }, 400, 'invalid', /either a url/],
    [{ url: 'gopher://h.test/1', path: '/1' }, 400, 'invalid', /either a url/],
    [{ url: '' }, 400, 'invalid', /query/],
    [{ url: 'gopher://h.test/1', other: '1' }, 400, 'invalid', /query/],
    [{ connection: 'none' }, 404, 'not_found', /none/],
    [{}, 404, 'not_found', /No default gopher connection/],
    [{ connection: 'main', path: '/0/x\r\nQUIT' }, 400, 'usage', /must not hold TAB, CR, LF/],
    [{ connection: 'main', path: '/0/x%0AQUIT' }, 400, 'usage', /must not hold/],
  ])('%j', async (query, status, code, words) => {
    const peer = scriptedPeer();
    const env = Object.keys(query).length > 0 ? {} : { FAIRLEAD_CONNECTIONS: '{}' };
    const response = await gateway(peer.connector, env)(query);
    const text = await response.text();
    expect([response.status, JSON.parse(text).code]).toEqual([status, code]);
    expect(text).toMatch(words);
    expect(text).not.toContain('hunter2');
    expect(peer.connections).toBe(0);
  });

  it.each<[string, Record<string, string>, number]>([
    ['main', { url: 'gopher://h.test/0/x' }, 403],
    ['main', { connection: 'secure' }, 403],
    ['main', { connection: 'main', path: '/0/x' }, 200],
    ['own', { connection: 'main' }, 403],
    ['own', { url: 'gopher://h.test/0/x' }, 200],
    ['nobody', { url: 'gopher://h.test/0/x' }, 401],
  ])('the token %s for %j: %s', async (token, query, status) => {
    const { request } = answering('/x\r\n', 'x');
    expect((await request(query, {}, token)).status).toBe(status);
  });

  it.each<[string, string, number, string]>([
    ['', "3'/x' does not exist\t\terror.host\t1\r\n", 404, 'error'],
    ['+', '--2\r\n1 Admin\r\nNot there\r\n', 404, '1'],
    ['+', '--1\r\n2 Busy\r\n.\r\n', 503, '2'],
    ['+', '--1\r\n3 1New\t/new\tn.test\t70\r\n.\r\n', 410, '3'],
    ['+', '--1\r\n9 Odd\r\n.\r\n', 400, '9'],
  ])('%s: what the server refuses in %j is %s', async (gopherPlus, sent, status, code) => {
    const { request } = answering('/x', sent);
    const response = await request({ url: 'gopher://h.test/0/x', ...(gopherPlus ? { gopherPlus } : {}) });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code: 'server', server: { code } });
  });

  it('answers 502 where the server breaks its protocol, or TLS is not to be had', async () => {
    const { request } = answering('/x\t+\r\n', 'plain text\r\n');
    const broken = await request({ url: 'gopher://h.test/0/x', gopherPlus: '+' });
    expect([broken.status, await broken.json()]).toMatchObject([502, { code: 'protocol' }]);
    const peer = scriptedPeer({ tls: 'none' }).send('iPlain\r\n');
    const plain = await gateway(peer.connector)({ url: 'gophers://h.test/1' });
    expect([plain.status, await plain.json()]).toMatchObject([502, { code: 'tls_failed' }]);
  });

  it('does not say where a named connection leads', async () => {
    const request = gateway(scriptedPeer({ dial: 'refuse' }).connector);
    const response = await request({ connection: 'main' });
    expect(response.status).toBe(502);
    expect(await response.text()).not.toContain('hole.internal');
  });
});
