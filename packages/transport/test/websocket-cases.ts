// What a WebSocket adds to a byte stream, the same in every runtime: subprotocols, headers, close codes, text, the cap.
import type { PuppetPorts } from '@fairlead/testkit/servers';
import { describe, expect, it } from 'vitest';
import { type Connector, isFairleadError, type Transport } from '../src/common.ts';
import type { WebSocketOptions } from '../src/websocket/options.ts';

/** Where the servers are, and whether the runtime shows the status of a handshake that was refused. */
interface World {
  readonly hostname: string;
  readonly ports: PuppetPorts;
  readonly statuses: boolean;
}

const NUL = '\0';

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return isFairleadError(error) ? error : new Error(`no FairleadError: ${String(error)}`);
}

async function drain(transport: Transport): Promise<number> {
  let length = 0;
  for (let bytes = await transport.read(); bytes; bytes = await transport.read()) length += bytes.length;
  return length;
}

/** Registers the cases. */
export function webSocketCases(make: (options?: WebSocketOptions) => Connector, world: World): void {
  const address = { hostname: world.hostname, port: world.ports.plain };
  const dial = (options: WebSocketOptions) => make(options)(address);

  describe('the handshake', () => {
    it('carries headers and subprotocols, and takes one of those', async () => {
      const headers = { Authorization: 'Bearer secret', 'X-Client': 'fairlead' };
      await using transport = await dial({ path: '/headers?a=1', protocols: ['other', 'bytes'], headers });
      const seen: unknown = JSON.parse(new TextDecoder().decode(await transport.read()));
      expect(seen).toMatchObject({ authorization: 'Bearer secret', 'x-client': 'fairlead' });
      expect(seen).toHaveProperty('sec-websocket-protocol', expect.stringMatching(/^other, ?bytes$/));
    });

    it('refuses a peer that chooses none of the subprotocols', async () => {
      const error = await failureOf(dial({ protocols: ['mqtt'] }));
      expect(['protocol', 'connect_failed']).toContain((error as { code?: string }).code);
      if (world.statuses) expect(error).toMatchObject({ code: 'protocol', safeToRetry: true });
    });

    it.each([
      [401, 'auth'],
      [403, 'auth'],
      [404, 'connect_failed'],
      [302, 'connect_failed'],
      [503, 'connect_failed'],
    ])('answered with status %i', async (status, code) => {
      const error = await failureOf(dial({ path: `/status/${status}` }));
      expect(error).toMatchObject({ code: world.statuses ? code : 'connect_failed', safeToRetry: true });
      expect((error as Error).message).toContain(
        world.statuses ? `HTTP status ${status}` : 'WebSocket handshake',
      );
    });

    it("refuses tls: 'starttls'", async () => {
      const error = await failureOf(make()(address, { tls: 'starttls' }));
      expect(error).toMatchObject({ code: 'usage', safeToRetry: true });
    });

    it.each<[string, WebSocketOptions]>([
      ['a path without a slash', { path: 'mqtt' }],
      ['a path that names another host', { path: '//other.example/mqtt' }],
      ['a path with a line break', { path: '/mqtt\r\nX-Evil: 1' }],
      ['a path with a space', { path: '/a b' }],
      ['a path with a fragment', { path: '/mqtt#x' }],
      ['a path with a quote', { path: '/"' }],
      ['a subprotocol that is no token', { protocols: ['a,b'] }],
      ['a subprotocol that is empty', { protocols: [''] }],
      ['a subprotocol twice', { protocols: ['a', 'a'] }],
      ['a header value with a line break', { headers: { 'X-A': 'b\r\nX-Evil: 1' } }],
      ['a header value with a NUL', { headers: { 'X-A': NUL } }],
      ['a header name with a space', { headers: { 'X A': 'b' } }],
      ['a header of the handshake', { headers: { 'Sec-WebSocket-Key': 'x' } }],
      ['the Host header', { headers: { host: 'x' } }],
      ['a cap of nothing', { maxBufferedBytes: 0 }],
      ['a cap that is no number', { maxBufferedBytes: Number.NaN }],
    ])('refuses %s', (_, options) => {
      expect(() => make(options)).toThrow(expect.objectContaining({ code: 'usage', safeToRetry: true }));
    });
  });

  describe('the stream', () => {
    it.each([1000])('ends cleanly with close code %i', async (code) => {
      const transport = await dial({ path: `/code/${code}` });
      expect(await transport.read()).toBeUndefined();
    });

    it.each([1001, 1011, 4000])('is lost with close code %i, which the message names', async (code) => {
      const transport = await dial({ path: `/code/${code}` });
      const error = await failureOf(transport.read());
      expect(error).toMatchObject({ code: 'connection_lost', safeToRetry: true });
      expect((error as Error).message).toContain(`code ${code} and the reason "because"`);
      expect((error as Error).message).toContain(`${world.hostname}:${world.ports.plain}`);
    });

    it('refuses closeWrite, and stays open', async () => {
      await using transport = await dial({});
      expect(await failureOf(transport.closeWrite())).toMatchObject({ code: 'usage' });
      await transport.write(new TextEncoder().encode('echo\nhello'));
      expect(new TextDecoder().decode(await transport.read(5))).toBe('hello');
    });

    it('refuses a text message', async () => {
      const transport = await dial({ path: '/text' });
      expect(await failureOf(transport.read())).toMatchObject({ code: 'protocol', blame: 'peer' });
      await transport.closed;
    });

    it('ends when more waits to be read than the cap, behind what fitted', async () => {
      const transport = await dial({ path: '/flood/1048576', maxBufferedBytes: 200_000 });
      await transport.closed;
      let length = 0;
      const error = await failureOf(
        (async () => {
          for (let bytes = await transport.read(); bytes; bytes = await transport.read())
            length += bytes.length;
        })(),
      );
      expect(error).toMatchObject({ code: 'limit', message: expect.stringContaining('200000 bytes') });
      expect(length).toBe(196_608);
    });

    it('is not cut short by the cap while it is read', async () => {
      const transport = await dial({ path: '/', maxBufferedBytes: 8_388_608 });
      await transport.write(new TextEncoder().encode('end 3000000\n'));
      expect(await drain(transport)).toBe(3_000_000);
    });
  });
}
