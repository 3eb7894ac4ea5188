// The client in Node: why STARTTLS failed, and who called.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { testAuthority } from '@fairlead/testkit/authority';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { connect, type FairleadError } from '../src/index.ts';
import { sendMail } from '../src/mime/index.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that offers STARTTLS, and does `then` once it has said 220. */
async function offering(then: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 mx\r\n');
    socket.once('data', () => {
      socket.write('250-mx\r\n250 STARTTLS\r\n');
      socket.once('data', () => {
        socket.write('220 Go\r\n');
        then(socket);
      });
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function secure(
  socket: Socket,
  names: string[],
  options: Parameters<typeof createSecureContext>[0] = {},
  asks: { readonly requestCert?: boolean; readonly rejectUnauthorized?: boolean } = {},
): void {
  const certificate = testAuthority().issue({ names });
  const context = createSecureContext({ ...certificate, ...options });
  const tls = new TLSSocket(socket, { isServer: true, secureContext: context, ...asks });
  tls.on('error', () => undefined);
}

const failureOf = (port: number): Promise<FairleadError> =>
  connect({ hostname: '127.0.0.1', port, connectTimeoutMs: 5000 }).then(
    () => {
      throw new Error('it connected');
    },
    (reason: FairleadError) => reason,
  );

describe('STARTTLS that fails says why', () => {
  it.each<[string, (socket: Socket) => void, RegExp]>([
    [
      'a certificate for another name',
      (socket) => secure(socket, ['other.test']),
      /is for DNS:other\.test, and not for/,
    ],
    ['no TLS', (socket) => socket.once('data', () => socket.write('250 mx\r\n')), /wrong version number/],
    ['a reset', (socket) => socket.once('data', () => socket.resetAndDestroy()), /ECONNRESET|disconnected/],
    [
      'an old version',
      (socket) => secure(socket, ['127.0.0.1'], { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' }),
      /version/,
    ],
    // With TLS 1.3 the client is through by then, and the refusal comes with what it reads first.
    [
      'a certificate that the client lacks',
      (socket) => secure(socket, ['127.0.0.1'], {}, { requestCert: true, rejectUnauthorized: true }),
      /the server wants a client certificate/,
    ],
  ])('%s', async (_name, then, words) => {
    const error = await failureOf(await offering(then));
    expect(error).toMatchObject({ code: 'tls_failed', safeToRetry: true });
    expect(error.message).toMatch(words);
    expect(error.message).not.toContain('does not say why');
  });
});

describe('stacks in Node', () => {
  it('have the function that called', async () => {
    async function theCaller(call: () => Promise<unknown>): Promise<unknown> {
      return await call();
    }
    const { startTls } = inject('mail');
    const url = `smtp://app:secret@127.0.0.1:${startTls}`;
    const smtp = await connect(url);
    const envelope = { from: 'a@x.test', to: 'nobody@y.test' };
    const calls: (() => Promise<unknown>)[] = [
      () => smtp.sendRaw(envelope, 'Subject: x\r\n\r\n'),
      () => smtp.sendRaw({ ...envelope, to: 'x' }, 'Subject: x\r\n\r\n'),
      () => smtp.noop({ signal: AbortSignal.abort() }),
      () => smtp.verify('x'),
      () => sendMail(smtp, { from: 'a@x.test', to: 'nobody@y.test', text: 't' }),
      () => sendMail(smtp, { from: 'a@x.test' }),
      () => connect('smtp://127.0.0.1:1'),
      () => connect(url, { tls: true }),
      () => connect(url, { password: 'wrong' }),
    ];
    for (const [i, call] of calls.entries()) {
      const error: Error = await theCaller(call).then(
        () => new Error(`call ${i} did not reject`),
        (reason: Error) => reason,
      );
      expect(error.name, error.message).toBe('FairleadError');
      expect(error.stack, error.message).toContain('theCaller');
    }
    const first = smtp.noop();
    const controller = new AbortController();
    const waiting = theCaller(() => smtp.noop({ signal: controller.signal })).catch(
      (error: Error) => error.stack,
    );
    controller.abort();
    expect(await waiting).toContain('theCaller');
    await first;
    await smtp.close();
  });
});
