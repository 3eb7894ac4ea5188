// serve() inside workerd: the sockets come from the platform's connect, as if their servers had dialled this Worker.
import { connect } from 'cloudflare:sockets';
import { transportCompliance } from '@fairlead/testkit/compliance';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { type ServeOptions, serve } from '../src/serve/index.ts';
import {
  type Connector,
  connectFailed,
  connectTimeoutOf,
  formatAddress,
  isFairleadError,
  normalizeAddress,
  type Transport,
  workerSocket,
} from '../src/workerd.ts';
import { FakeSocket } from './fake-socket.ts';

const { hostname, ports } = inject('puppets');

/**
 * The transport that a handler gets for a socket to `address`; the handler leaves all to the case. What inbound
 * sockets have not, TLS and the signal of an attempt, is the platform's own connector's.
 */
const inbound: Connector = async (to, options = {}) => {
  if ((options.tls ?? 'off') !== 'off' || options.signal !== undefined) return workerSocket(to, options);
  const address = normalizeAddress(to);
  connectTimeoutOf(options);
  const { allowHalfOpen = false } = options;
  const hostname = formatAddress(address).replace(/:\d+$/, '');
  const socket = connect({ hostname, port: address.port }, { allowHalfOpen });
  await socket.opened.catch((cause: unknown) => {
    throw connectFailed({ address, tls: 'off', startedAt: Date.now() }, cause);
  });
  return new Promise<Transport>((resolve) => {
    const handler = serve(
      (transport) => {
        resolve(transport);
        return new Promise<void>(() => {});
      },
      { allowHalfOpen },
    );
    void handler(socket, undefined, undefined);
  });
};

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

afterEach(() => {
  vi.restoreAllMocks();
});

describe('an inbound connection', () => {
  /** Runs a handler for one connection to a puppet. */
  async function run(
    command: string,
    handler: (transport: Transport) => Promise<void>,
    options?: ServeOptions,
  ): Promise<{ errors: unknown[]; transport: Transport }> {
    const errors: unknown[] = [];
    const got: Transport[] = [];
    const socket = connect({ hostname, port: ports.plain });
    const served = serve(
      async (transport: Transport) => {
        got.push(transport);
        await transport.write(new TextEncoder().encode(`${command}\n`));
        await handler(transport);
      },
      { onError: (error) => errors.push(error), ...options },
    );
    await served(socket, undefined, undefined);
    const [transport] = got;
    if (transport === undefined) throw new Error('the handler was not called');
    return { errors, transport };
  }

  it('is flushed and closed when the handler is done', async () => {
    const { errors, transport } = await run('echo', async (inner) => {
      await inner.write(new TextEncoder().encode('ahoy'));
      expect(text(await inner.read(4))).toBe('ahoy');
      void inner.write(new TextEncoder().encode('last words'));
    });
    expect(errors).toEqual([]);
    await transport.closed;
    await expect(transport.read()).rejects.toMatchObject({ code: 'closed' });
  });

  it('is destroyed with the handler’s error, which is told once', async () => {
    const broken = new Error('a bug');
    const { errors, transport } = await run('echo', async () => {
      throw broken;
    });
    expect(errors).toEqual([broken]);
    await expect(transport.write(Uint8Array.of(1))).rejects.toBe(broken);
  });

  it('ends when the client keeps a read waiting, and that is no news for the log', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { transport } = await run('silent', async (inner) => void (await inner.read()), {
      idleTimeoutMs: 50,
      onError: undefined,
    });
    const error: unknown = await transport.read().catch((reason: unknown) => reason);
    expect(isFairleadError(error) && error.code).toBe('timeout');
    expect(log).not.toHaveBeenCalled();
  });

  it('ends when its whole time is over, whatever the handler does', async () => {
    let awake = false;
    const { errors } = await run(
      'echo',
      async (inner) => {
        await inner.closed;
        awake = true;
      },
      { totalTimeoutMs: 50 },
    );
    expect(errors).toEqual([expect.objectContaining({ code: 'timeout' })]);
    expect(awake).toBe(true);
  });

  it('tells who calls, and what was dialled', async () => {
    const seen: unknown[] = [];
    const handler = serve(async ({ peer }, env, _ctx, info) => void seen.push(peer, env, info));
    const from = (remoteAddress?: string) =>
      new FakeSocket({ opened: Promise.resolve({ remoteAddress, localAddress: 'db.internal:5432' }) });
    await handler(from('[::1]:4000'), 'env', undefined);
    await handler(from(), 'env', undefined);
    const info = { localAddress: 'db.internal:5432' };
    expect(seen).toEqual([
      { hostname: '::1', port: 4000, tls: false },
      'env',
      info,
      { hostname: 'unknown', port: 0, tls: false },
      'env',
      info,
    ]);
  });

  it('has no TLS, and times that are times', async () => {
    const { errors } = await run('echo', (inner) => inner.startTls());
    expect(errors).toEqual([expect.objectContaining({ code: 'usage' })]);
    expect(() => serve(async () => {}, { idleTimeoutMs: 0 })).toThrow('idleTimeoutMs');
  });
});

transportCompliance('serve', inbound, {
  ...inject('puppets'),
  capabilities: {
    dns: true,
    unanswered: 'inbound connections are not dialled',
    certificates: 'the platform has no TLS for inbound sockets',
    truncation: 'the platform has no TLS for inbound sockets',
    platformWrites: 'the platform shows no single write; bindingSocket, on the same channel, records them',
    resets: true,
    starttls: 'the platform has no TLS for inbound sockets',
    backpressure: true,
    halfClose: true,
  },
});
