// What Workers runtimes did, do, or do in production only: shown with a socket that is scripted by hand.
import { describe, expect, it, vi } from 'vitest';
import { bindingSocket, type ConnectOptions, isFairleadError, type Transport } from '../src/workerd.ts';
import { bindingOf, END, type FakeBehaviour, FakeSocket } from './fake-socket.ts';

const ADDRESS = { hostname: 'db.example.com', port: 5432 };

function connect(behaviour: FakeBehaviour, options?: ConnectOptions): Promise<Transport> {
  return bindingSocket(bindingOf(new FakeSocket(behaviour)))(ADDRESS, options);
}

async function failure(work: Promise<unknown>): Promise<{ code: string; message: string; cause?: unknown }> {
  const error = await work.then(
    () => new Error('should have been rejected'),
    (reason: unknown) => reason,
  );
  if (!isFairleadError(error)) throw error;
  return error;
}

describe('connecting', () => {
  it('never shows the one text for every failure alone', async () => {
    const platform = new Error('proxy request failed, cannot connect to the specified address');
    const error = await failure(connect({ opened: Promise.reject(platform) }));
    expect(error).toMatchObject({ code: 'connect_failed', cause: platform });
    for (const cause of ['refused', 'resolve', 'blocked', 'Cloudflare'])
      expect(error.message).toContain(cause);
    expect(error.message).toContain('db.example.com:5432');
    expect(error.message).not.toContain('fetch');
  });

  it.each([80, 443])('points to fetch() on port %i', async (port) => {
    const socket = new FakeSocket({ opened: Promise.reject(new Error('proxy request failed')) });
    const attempt = bindingSocket(bindingOf(socket))({ ...ADDRESS, port });
    expect((await failure(attempt)).message).toContain('fetch()');
  });

  it('tells a bad certificate from a dead address by a plain connection, and lets both sockets go', async () => {
    const refusing = () => new FakeSocket({ opened: Promise.reject(new Error('proxy request failed')) });
    const probe = new FakeSocket();
    const certificate = bindingOf(refusing(), probe);
    const error = await failure(bindingSocket(certificate)(ADDRESS, { tls: 'implicit' }));
    expect(error.code).toBe('tls_failed');
    expect(certificate.dialled).toMatchObject([{ secureTransport: 'on' }, { secureTransport: 'off' }]);
    expect(probe.calls).toContain('close');

    const dead = bindingOf(refusing(), refusing());
    expect((await failure(bindingSocket(dead)(ADDRESS, { tls: 'implicit' }))).code).toBe('connect_failed');
  });

  it('does not wait for the close() of a socket that never opened: it hangs', async () => {
    const hanging = { opened: new Promise(() => undefined), close: () => new Promise<void>(() => undefined) };
    const startedAt = performance.now();
    expect((await failure(connect(hanging, { connectTimeoutMs: 30 }))).code).toBe('connect_timeout');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('makes connect() in global scope a usage error, other synchronous refusals connect_failed', async () => {
    const throwing = (message: string) => ({
      connect: () => {
        throw new Error(message);
      },
    });
    const inGlobalScope = throwing('Disallowed operation called within global scope. Asynchronous I/O ...');
    const usage = await failure(bindingSocket(inGlobalScope)(ADDRESS));
    expect(usage).toMatchObject({ code: 'usage', message: expect.stringContaining('handler') });
    const refused = await failure(bindingSocket(throwing('Specified address could not be parsed.'))(ADDRESS));
    expect(refused).toMatchObject({ code: 'connect_failed' });
    expect(refused.message).toContain('db.example.com:5432');
  });

  it('dials IPv6 in brackets, half-open off', async () => {
    const binding = bindingOf(new FakeSocket());
    await bindingSocket(binding)({ hostname: '::1', port: 7 });
    expect(binding.dialled).toEqual([
      { hostname: '[::1]', port: 7, secureTransport: 'off', allowHalfOpen: false },
    ]);
  });
});

describe('use by another request', () => {
  const error = new Error(
    "Cannot perform I/O on behalf of a different request. I/O objects cannot be accessed from a different request's handler. (I/O type: Writable)",
  );

  it('a read is usage, and says what to do', async () => {
    const transport = await connect({ reads: [{ error }] });
    const thrown = await failure(transport.read());
    expect(thrown).toMatchObject({ code: 'usage', blame: 'local', cause: error });
    expect(thrown.message).toContain('open one per request, or keep it in a Durable Object');
  });

  it('a write is usage too, though the platform throws at once', async () => {
    const write = (): Promise<void> => {
      throw error;
    };
    const transport = await connect({ write });
    expect((await failure(transport.write(new Uint8Array(1)))).code).toBe('usage');
  });

  it('so is closeWrite', async () => {
    const end = (): Promise<void> => {
      throw error;
    };
    const transport = await connect({ end });
    expect((await failure(transport.closeWrite())).code).toBe('usage');
  });
});

describe('startTls', () => {
  const upgrade = (upgraded: FakeBehaviour, options: ConnectOptions = {}) =>
    connect({ upgraded: new FakeSocket(upgraded) }, { ...options, tls: 'starttls' });

  it('a bad certificate that shows only as an end of the stream is tls_failed', async () => {
    const transport = await upgrade({ reads: [END] });
    await transport.startTls();
    expect((await failure(transport.read())).code).toBe('tls_failed');
  });

  it('a bad certificate that shows only as a failed write is tls_failed', async () => {
    const write = () => Promise.reject(new Error('internal error; reference = abc'));
    const transport = await upgrade({ write });
    await transport.startTls();
    expect((await failure(transport.write(new Uint8Array(1)))).code).toBe('tls_failed');
  });

  it('an upgrade that never settles ends in time', async () => {
    const transport = await upgrade({ opened: new Promise(() => undefined) }, { connectTimeoutMs: 30 });
    expect((await failure(transport.startTls())).code).toBe('connect_timeout');
    await transport.closed;
  });

  it('an upgrade whose socket closes is tls_failed, though opened never settles', async () => {
    const transport = await upgrade({ opened: new Promise(() => undefined), closed: Promise.resolve() });
    expect((await failure(transport.startTls())).code).toBe('tls_failed');
  });

  it('a binding that cannot upgrade is tls_failed with what it said as the cause', async () => {
    const transport = await connect({}, { tls: 'starttls' });
    const error = await failure(transport.startTls());
    expect(error).toMatchObject({
      code: 'tls_failed',
      cause: { message: expect.stringContaining('startTls') },
    });
  });

  it('releases both locks before it upgrades: else the platform hangs without a word', async () => {
    const plain = new FakeSocket({ upgraded: new FakeSocket() });
    const transport = await bindingSocket(bindingOf(plain))(ADDRESS, { tls: 'starttls' });
    await transport.startTls();
    expect(plain.calls).toEqual(['release reader', 'release writer', 'startTls']);
  });
});

describe('reading and writing', () => {
  it('an early end of readAtLeast: fewer bytes, then a view of none', async () => {
    const transport = await connect({ reads: [{ done: false, value: new Uint8Array([1, 2]) }, END] });
    expect([...((await transport.read(10)) ?? [])]).toEqual([1, 2]);
    expect(await transport.read(10)).toBeUndefined();
  });

  it('an end without any view', async () => {
    const transport = await connect({ reads: [{ done: true, value: undefined }] });
    expect(await transport.read()).toBeUndefined();
  });

  it('a rejection with bare undefined is still an error that says what happened', async () => {
    const transport = await connect({ write: () => Promise.reject(undefined) });
    const error = await failure(transport.write(new Uint8Array(1)));
    expect(error.code).toBe('connection_lost');
    expect(error.message).toContain('db.example.com:5432');
  });

  it('the texts of a lost connection are its cause, not its message', async () => {
    const platform = new Error('Network connection lost.');
    const transport = await connect({ reads: [{ error: platform }] });
    const error = await failure(transport.read());
    expect(error).toMatchObject({ code: 'connection_lost', cause: platform });
    expect(error.message).not.toBe(platform.message);
  });

  it('hands the platform one write at a time when a tick held more than 64 KiB', async () => {
    let open = 0;
    let most = 0;
    const sizes: number[] = [];
    const write = async (bytes: Uint8Array): Promise<void> => {
      sizes.push(bytes.length);
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 1));
      open--;
    };
    const transport = await connect({ write });
    await Promise.all([transport.write(new Uint8Array(200_000)), transport.write(new Uint8Array(5))]);
    expect(Math.max(...sizes)).toBe(65_536);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200_005);
    expect(most).toBe(1);
  });
});

describe('closing', () => {
  it('is bounded when the platform hangs', async () => {
    const transport = await connect({ close: () => new Promise(() => undefined) });
    const startedAt = performance.now();
    await transport.close();
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    await transport.closed;
  });

  it('destroy cancels the reader and closes at once, and aborts the writer only if that hangs', async () => {
    const socket = new FakeSocket({ close: () => Promise.reject(undefined) });
    const transport = await bindingSocket(bindingOf(socket))(ADDRESS);
    const reason = new Error('over');
    const reading = transport.read().catch((error: unknown) => error);
    transport.destroy(reason);
    expect(socket.calls).toEqual(['cancel', 'close']);
    await transport.closed;
    expect(await reading).toBe(reason);
    await vi.waitUntil(() => socket.calls.includes('abort'), { timeout: 5_000 });
  });
});
