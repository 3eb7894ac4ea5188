// GET /gopher/fetch of the built Worker, against Pygopherd (Gopher+) and Gophernicus.
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { faultProxyControl } from '@fairlead/testkit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DEAD_PORT, type Gateway, type Json, startGateway } from './support.ts';

const { pygopherd, gophernicus, proxies } = inject('servers');
const control = faultProxyControl(proxies.gatewayGopher.controlUrl);

const connections = {
  hole: { url: `gopher://localhost:${gophernicus.plainPort}/` },
  holeTls: { url: `gophers://localhost:${gophernicus.tlsPort}/` },
  plus: { url: `gopher://localhost:${pygopherd.plainPort}/1/menu` },
  tapped: { url: `gopher://localhost:${proxies.gatewayGopher.port}/` },
  holeUntrusted: { url: `gophers://localhost:${gophernicus.refusedPorts.untrusted}/` },
  holeDead: { url: `gopher://localhost:${DEAD_PORT}/` },
};
const own = `gopher://localhost:${pygopherd.plainPort}`;

let gateway: Gateway;
beforeAll(async () => {
  const targets = [`localhost:${pygopherd.plainPort}`];
  gateway = await startGateway({ connections, targets, limits: { maxResultBytes: 67_108_864 } });
});
afterAll(() => gateway.close());

function path(query: Readonly<Record<string, string>>): string {
  return `/gopher/fetch?${new URLSearchParams(query)}`;
}

/** `random.bin` of both servers: see tree.sh in their images. */
function randomFile(): Buffer {
  const bytes = Buffer.alloc(1_048_586, '\r\n.\r\n');
  for (let n = 1, at = 5; at < bytes.length - 5; at += 4) {
    n = (Math.imul(n, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32BE(n, at);
  }
  bytes.write('\r\n.\r\n', bytes.length - 5);
  return bytes;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('menus', () => {
  it.each([
    ['hole', 'The harbour'],
    ['holeTls', 'The harbour'],
    ['plus', 'A menu by hand'],
  ])('as JSON: %s', async (connection, title) => {
    const { status, body } = await gateway.ask(path({ connection }));
    expect([status, body.connection, body.type]).toEqual([200, connection, '1']);
    const items = body.items as Json[];
    expect(items[0]).toMatchObject({ type: 'i', display: title });
    expect(items.find(({ display }) => display === 'Random')).toMatchObject({
      type: '9',
      selector: '/random.bin',
    });
    expect(items.find(({ type }) => type === 'h')?.url).toBe('https://example.com/?q=a+b');
  });

  it('as a page', async () => {
    const response = await gateway.fetch(path({ connection: 'hole' }), { headers: { Accept: 'text/html' } });
    expect(response.headers.get('Content-Type')).toContain('text/html');
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(await response.text()).toContain('The harbour');
  });

  it('of an address that the policy names', async () => {
    const { status, body } = await gateway.ask(path({ url: `${own}/1/harbours` }));
    expect([status, body.url]).toEqual([200, `${own}/1/harbours`]);
    expect((body.items as Json[]).filter(({ type }) => type === '0').length).toBe(2);
  });

  it('a search', async () => {
    const query = { connection: 'hole', path: '/7/cgi-bin/search', search: 'Göteborg & more' };
    const { body } = await gateway.ask(path(query));
    expect(body.items).toMatchObject([{ display: 'Found Göteborg & more', selector: '/docs/welcome.txt' }]);
  });

  it('attributes by Gopher+', async () => {
    const one = await gateway.ask(
      path({ connection: 'plus', path: '/0/harbours/rotterdam.txt', gopherPlus: '!' }),
    );
    expect(one.body.attributes).toMatchObject([
      { admin: 'Nobody <nobody@mail.test>', abstract: 'The largest of them.\nOn the Maas.' },
    ]);
    const all = await gateway.ask(path({ url: `${own}/1/harbours`, gopherPlus: '$' }));
    expect((all.body.attributes as Json[]).length).toBe(2);
  });
});

describe('items', () => {
  it.each(['hole', 'holeTls'])('a text as UTF-8: %s', async (connection) => {
    const response = await gateway.fetch(path({ connection, path: '/0/docs/welcome.txt' }));
    expect(response.headers.get('Content-Type')?.toLowerCase()).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toContain('Ahoy from Göteborg and 横浜.');
  });

  it.each([
    ['hole', ''],
    ['holeTls', ''],
    ['plus', ''],
    ['plus', '+'],
  ])('a binary, byte for byte: %s %s', async (connection, gopherPlus) => {
    const query = { connection, path: '/9/random.bin', ...(gopherPlus ? { gopherPlus } : {}) };
    const response = await gateway.fetch(path(query));
    expect(response.headers.get('Content-Type')).toBe('application/octet-stream');
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(sha256(randomFile()));
  });

  it('HTML comes as text that no browser runs', async () => {
    const response = await gateway.fetch(path({ connection: 'hole', path: '/h/docs/page.html' }));
    expect(response.headers.get('Content-Type')).toContain('text/plain');
    expect(await response.text()).toBe('<title>A page</title>\n<p>Ahoy</p>\n');
  });

  it('64 MB as a stream, no faster than it is read', async () => {
    await control.setPlan({});
    await control.clearStats();
    const response = await gateway.fetch(path({ connection: 'tapped', path: '/9/zeros.bin' }));
    if (response.body === null) throw new Error('no body');
    let length = 0;
    for await (const chunk of response.body) {
      // What is under way: buffers of four sockets and of the Worker.
      if (length === 0) {
        await delay(1_000);
        expect((await control.stats()).bytesFromServer).toBeLessThan(40 * 1_048_576);
      }
      length += chunk.length;
    }
    expect(length).toBe(67_108_864);
  });

  it('a caller who goes away', async () => {
    const abort = new AbortController();
    const query = path({ connection: 'plus', path: '/9/zeros.bin' });
    const response = await gateway.fetch(query, { signal: abort.signal });
    abort.abort();
    await expect(response.arrayBuffer()).rejects.toThrow();
    expect((await gateway.ask(path({ connection: 'plus' }))).status).toBe(200);
  });
});

describe('refusals', () => {
  it.each([
    ['what is not there', { connection: 'plus', path: '/0/nowhere' }, 404, 'server'],
    [
      'what is not there, by Gopher+',
      { connection: 'plus', path: '/0/nowhere', gopherPlus: '+' },
      404,
      'server',
    ],
    ['what is not there, as a menu', { connection: 'hole', path: '/1/nowhere/' }, 404, 'server'],
    [
      'Gopher+ of a server that knows none',
      { connection: 'hole', path: '/0/docs/second.txt', gopherPlus: '+' },
      502,
      'protocol',
    ],
    [
      'an address that the policy does not name',
      { url: `gopher://localhost:${gophernicus.plainPort}/` },
      403,
      'policy',
    ],
    [
      'the same address in another spelling',
      { url: `gopher://0x7f.1:${gophernicus.plainPort}/` },
      403,
      'policy',
    ],
    ['a selector with a line end', { url: `${own}/0/welcome.txt%0D%0Aevil` }, 400, 'usage'],
    ['a selector with a NUL', { url: `${own}/0/welcome.txt%00` }, 400, 'usage'],
    ['a URL of another kind', { url: 'http://localhost/' }, 400, 'usage'],
    ['neither a URL nor a connection that is known', { connection: 'nowhere' }, 404, 'not_found'],
    ['an untrusted certificate', { connection: 'holeUntrusted' }, 502, 'tls_failed'],
    ['nobody listening', { connection: 'holeDead' }, 502, 'connect_failed'],
  ])('%s', async (_name, query, status, code) => {
    const response = await gateway.fetch(path(query as Readonly<Record<string, string>>));
    expect([response.status, ((await response.json()) as Json).code]).toEqual([status, code]);
    expect(response.headers.get('Content-Type')).toContain('application/problem+json');
  });

  it('a token without the scope', async () => {
    expect((await gateway.ask(path({ connection: 'hole' }), { token: 'token-reader' })).status).toBe(403);
    expect((await gateway.ask(path({ connection: 'hole' }), { token: null })).status).toBe(401);
  });
});
