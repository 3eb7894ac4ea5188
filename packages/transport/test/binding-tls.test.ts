// TLS through a binding: the platform has none there, and a client is told so in place of getting a plain connection.
import { expect, it } from 'vitest';
import { bindingSocket, isFairleadError } from '../src/workerd.ts';
import { bindingOf, FakeSocket } from './fake-socket.ts';

const ADDRESS = { hostname: 'db.internal', port: 5432 };

async function failure(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: unknown = await work.then(
    () => new Error('should have been rejected'),
    (reason: unknown) => reason,
  );
  if (!isFairleadError(error)) throw error;
  return error;
}

it('refuses a connection that is plain although TLS was asked for, as Hyperdrive opens them', async () => {
  const plain = new FakeSocket({ secureTransport: 'off' });
  const error = await failure(bindingSocket(bindingOf(plain))(ADDRESS, { tls: 'implicit' }));
  expect(error.code).toBe('tls_failed');
  expect(error.message).toContain('sslmode=disable');
  expect(plain.written).toEqual([]);
  expect(plain.calls).toContain('close');
});

it('takes a connection that says that it has TLS', async () => {
  const secure = new FakeSocket({ secureTransport: 'on' });
  const transport = await bindingSocket(bindingOf(secure))(ADDRESS, { tls: 'implicit' });
  expect(transport.peer.tls).toBe(true);
  transport.destroy(new Error('done'));
});

it('says what to do where TLS is refused outright, as service bindings refuse it', async () => {
  const refusing = new FakeSocket({ opened: Promise.reject(new Error('proxy request failed')) });
  const error = await failure(
    bindingSocket(bindingOf(refusing, new FakeSocket()))(ADDRESS, { tls: 'implicit' }),
  );
  expect(error).toMatchObject({ code: 'tls_failed', message: expect.stringContaining('sslmode=disable') });
});

it('says what to do where a connection cannot be upgraded', async () => {
  class NoUpgrade extends FakeSocket {
    override startTls(): never {
      throw new Error('startTls() is not supported on this connection.');
    }
  }
  const transport = await bindingSocket(bindingOf(new NoUpgrade()))(ADDRESS, { tls: 'starttls' });
  const error = await failure(transport.startTls());
  expect(error).toMatchObject({ code: 'tls_failed', message: expect.stringContaining('sslmode=disable') });
});
