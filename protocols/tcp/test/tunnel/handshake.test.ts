// What a tunnel is refused before its upgrade, and how it dials: every failure is an ordinary problem.

import { toBytes } from '@fairlead/testkit';
import type { ConnectOptions } from '@fairlead/transport';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Ask, Caller, echo, gateway } from './harness.ts';

const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Which address each request dials. */
function dialled() {
  const seen: [string, ConnectOptions['tls']][] = [];
  const at = gateway((_, { hostname, port }, { tls }) => {
    seen.push([`${hostname}:${port}`, tls]);
  });
  return { ...at, seen };
}

describe('the target', () => {
  it.each([
    ['/tcp/tunnel/main', 'hidden.internal.test:5432'],
    ['/tcp/tunnel?connection=main', 'hidden.internal.test:5432'],
    ['/tcp/tunnel/main?connection=main', 'hidden.internal.test:5432'],
    ['/tcp/tunnel', 'hidden.internal.test:5432'],
    ['/tcp/tunnel/db.test:5432', 'db.test:5432'],
    ['/tcp/tunnel/DB.test:5432', 'db.test:5432'],
    ['/tcp/tunnel/%5B2001:db8::1%5D:7', '2001:db8::1:7'],
    ['/v1?address=db.test:5432', 'db.test:5432'],
    ['/v1?address=main.fairlead:5432', 'hidden.internal.test:5432'],
    ['/v1?address=fairlead:5432', 'hidden.internal.test:5432'],
    ['/v1?address=other.fairlead:5432', 'other.test:1'],
  ])('of %s is %s', async (path, address) => {
    const { raw, seen } = dialled();
    (await raw(path)).socket.close();
    expect(seen).toEqual([[address, 'off']]);
  });

  it.each<[string, string, Ask, number, string]>([
    ['no token', '/tcp/tunnel/main', { token: undefined }, 401, 'unauthorized'],
    ['a token for pings', '/tcp/tunnel/main', { token: 'ping' }, 403, 'forbidden'],
    ['a token for another connection', '/tcp/tunnel/other', { token: 'main' }, 403, 'forbidden'],
    ['a token for connections, and an address', '/tcp/tunnel/db.test:1', { token: 'main' }, 403, 'forbidden'],
    ['a token for addresses, and a connection', '/tcp/tunnel/main', { token: 'own' }, 403, 'forbidden'],
    [
      'a token for addresses, and a placeholder',
      '/v1?address=main.fairlead:1',
      { token: 'own' },
      403,
      'forbidden',
    ],
    ['no such connection', '/tcp/tunnel/nobody', {}, 404, 'not_found'],
    ['an address outside the policy', '/tcp/tunnel/evil.test:5432', {}, 403, 'policy'],
    ['the address of a named connection', '/tcp/tunnel/hidden.internal.test:5432', {}, 403, 'policy'],
    ['a loopback address', '/tcp/tunnel/127.0.0.1:22', {}, 403, 'policy'],
    ['port 25', '/tcp/tunnel/db.test:25', {}, 403, 'policy'],
    ['port 0', '/tcp/tunnel/db.test:0', {}, 400, 'usage'],
    ['no host', '/tcp/tunnel/:5432', {}, 400, 'usage'],
    ['an address with a name', '/tcp/tunnel/db.test:1?connection=main', {}, 400, 'invalid'],
    ['two names', '/tcp/tunnel/main?connection=other', {}, 400, 'invalid'],
    [
      'an address, and a name in a header',
      '/tcp/tunnel/db.test:1',
      { headers: { 'Fairlead-Connection': 'main' } },
      400,
      'invalid',
    ],
    ['a URL', '/tcp/tunnel/main', { headers: { 'Fairlead-Url': 'tcp://db.test:1' } }, 400, 'invalid'],
    [
      'a URL and an address',
      '/v1?address=db.test:1',
      { headers: { 'Fairlead-Url': 'tcp://db.test:1' } },
      400,
      'invalid',
    ],
    ['another parameter', '/tcp/tunnel/main?host=evil.test', {}, 400, 'invalid'],
    ['no address', '/v1', {}, 400, 'invalid'],
    ['an unknown TLS mode', '/tcp/tunnel/main?tls=maybe', {}, 400, 'invalid'],
    ['too long a life', '/tcp/tunnel/main?seconds=61', {}, 400, 'invalid'],
    ['no life', '/tcp/tunnel/main?seconds=0', {}, 400, 'invalid'],
    ['too long an idle time', '/tcp/tunnel/main?idleSeconds=31', {}, 400, 'invalid'],
    [
      'another subprotocol',
      '/tcp/tunnel/main',
      { headers: { 'Sec-WebSocket-Protocol': 'mqtt' } },
      400,
      'invalid',
    ],
    [
      'a page of another origin',
      '/tcp/tunnel/main',
      { headers: { Origin: 'https://evil.example' } },
      403,
      'forbidden',
    ],
    ['no upgrade', '/tcp/tunnel/main', { headers: { Upgrade: 'h2c' } }, 426, 'upgrade_required'],
    ['no upgrade', '/v1?address=db.test:1', { headers: { Upgrade: '' } }, 426, 'upgrade_required'],
    ['POST', '/tcp/tunnel/main', { method: 'POST' }, 405, 'method_not_allowed'],
    ['PUT', '/v1?address=db.test:1', { method: 'PUT' }, 405, 'method_not_allowed'],
  ])('is refused: %s %s', async (_, path, ask, status, code) => {
    const { request, seen } = dialled();
    const response = await request(path, ask);
    expect(response.status).toBe(status);
    const body = await response.text();
    expect(JSON.parse(body)).toMatchObject({ code, status });
    if (path !== '/tcp/tunnel/hidden.internal.test:5432') expect(body).not.toContain('hidden');
    expect(seen).toEqual([]);
  });

  it('is not dialled by HEAD', async () => {
    const { request, seen } = dialled();
    const response = await request('/tcp/tunnel/main', { method: 'HEAD' });
    expect([response.status, await response.text(), seen]).toEqual([426, '', []]);
  });
});

describe('the token of a browser', () => {
  const bearer = (text: string) => `fairlead.bearer.${btoa(text).replaceAll('=', '')}`;

  it.each(['fairlead.tunnel.v1', 'fairlead', 'fairlead, fairlead.tunnel.v1'])(
    'travels beside %s',
    async (protocols) => {
      const response = await gateway(echo).request('/tcp/tunnel/main', {
        token: undefined,
        headers: { 'Sec-WebSocket-Protocol': `${bearer('main-token-0123456789')}, ${protocols}` },
      });
      expect(response.status).toBe(101);
      expect(response.headers.get('Sec-WebSocket-Protocol')).toBe(protocols.split(', ').at(-1));
      new Caller(response).socket.close();
    },
  );

  it('does not suffice as the only subprotocol', async () => {
    const headers = { 'Sec-WebSocket-Protocol': bearer('main-token-0123456789') };
    const response = await gateway(echo).request('/tcp/tunnel/main', { token: undefined, headers });
    expect(response.status).toBe(400);
  });
});

describe('dialling', () => {
  it.each<[string, Parameters<typeof gateway>[1], string, number, string]>([
    ['a refused connection', { dial: 'refuse' }, '/tcp/tunnel/main', 502, 'connect_failed'],
    ['a silent server', { dial: 'silent' }, '/tcp/tunnel/main', 504, 'connect_timeout'],
    ['a bad certificate', { tls: 'expired' }, '/tcp/tunnel/main?tls=1', 502, 'tls_failed'],
  ])('fails as a problem without the address: %s', async (_, behaviour, path, status, code) => {
    const response = await gateway(() => {}, behaviour).request(path, {
      headers: { 'Fairlead-Timeout-Ms': '300' },
    });
    const body = await response.text();
    expect([response.status, JSON.parse(body).code]).toEqual([status, code]);
    expect(body).not.toContain('hidden');
  });

  it('has TLS from the first byte', async () => {
    const { raw, seen } = dialled();
    (await raw('/tcp/tunnel/main?tls=1')).socket.close();
    expect(seen).toEqual([['hidden.internal.test:5432', 'implicit']]);
  });

  it('has TLS behind an SSLRequest', async () => {
    const caller = await gateway(async (server) => {
      expect(await server.read(8)).toEqual(SSL_REQUEST);
      await server.write(toBytes('S'));
      await server.startTls();
      await server.write(toBytes('inside'));
      await server.close();
    }).raw('/tcp/tunnel/main?tls=postgres');
    expect(await caller.closed).toMatchObject({ code: 1000 });
    expect(caller.text).toBe('inside');
  });

  it.each([
    ['N', 'tls_failed'],
    ['Sinjected', 'tls_failed'],
    ['HTTP/1.1 400', 'tls_failed'],
    ['', 'connect_timeout'],
  ])('fails where the answer to the SSLRequest is "%s"', async (answer, code) => {
    const response = await gateway(async (server) => {
      await server.read(8);
      await server.write(toBytes(answer));
    }).request('/tcp/tunnel/main?tls=postgres', { headers: { 'Fairlead-Timeout-Ms': '500' } });
    expect(await response.json()).toMatchObject({ code });
  });
});
