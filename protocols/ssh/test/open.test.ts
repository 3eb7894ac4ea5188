// Opening a connection against servers that end it: what is told, whether it is safe to try again, and in which order it ends.
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { expect, it } from 'vitest';
import { connect, type SshOptions } from '../src/index.ts';
import * as TRANSPORT from '../src/wire/numbers/transport.ts';
import { failure, infoRequest, message, serviceAccept, success } from './support/auth-server.ts';
import { failureOf } from './support/plain-link.ts';
import { ServerLink } from './support/server-link.ts';

expectNoUnhandledRejection();

/** Dials a server that answers the client's messages by `answers`, in order, and keeps what it got. */
function server(answers: readonly (readonly Uint8Array[] | 'close')[], linkOptions = {}) {
  const seen: number[] = [];
  let dials = 0;
  let ended: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const serve = async (transport: MemoryServer): Promise<void> => {
    dials++;
    try {
      const link = await ServerLink.open(transport, linkOptions);
      const left = [...answers];
      for (let got = await link.receive(); got !== undefined; got = await link.receive()) {
        seen.push(got[0] ?? 0);
        const answer = left.shift() ?? [];
        if (answer === 'close') await transport.close();
        else for (const payload of answer) await link.send(payload);
      }
    } catch {
      // The client has gone.
    } finally {
      ended();
    }
  };
  const options: SshOptions = {
    hostname: 'ssh.test',
    username: 'user',
    password: 'wrong-secret',
    insecureAcceptAnyHostKey: true,
    connector: memoryConnector(serve),
  };
  return { options, seen, end, dials: () => dials };
}

const disconnect = message(TRANSPORT.DISCONNECT, { u32: 2 }, 'Too many authentication failures', '');

it('says goodbye to a server that refuses the login', async () => {
  const { options, seen, end } = server([[serviceAccept], [failure('publickey')]]);
  expect(await failureOf(connect(options))).toMatchObject({ code: 'auth', safeToRetry: false });
  await end;
  expect(seen.at(-1)).toBe(TRANSPORT.DISCONNECT);
});

it.each([
  ['by DISCONNECT', [[serviceAccept], [disconnect]], 'server'],
  [
    'by questions without end',
    [[serviceAccept], [failure('keyboard-interactive')], ...questions(12)],
    'limit',
  ],
  ['by a breach', [[serviceAccept], [message(52, 'x')]], 'protocol'],
] as const)(
  'a login that ends %s is not safe to retry: the server has weighed it',
  async (_name, answers, code) => {
    const { options } = server(answers);
    const keyboardInteractive = () => ['answer'];
    const error = await failureOf(connect({ ...options, keyboardInteractive }));
    expect(error).toMatchObject({ code, safeToRetry: false, peer: { hostname: 'ssh.test' } });
  },
);

it('what is no SSH is not safe to retry, a connection that is lost is', async () => {
  const connector = memoryConnector((peer) => peer.write(new TextEncoder().encode('HTTP/1.1 400\r\n')));
  const { options } = server([]);
  expect(await failureOf(connect({ ...options, connector }))).toMatchObject({
    code: 'protocol',
    safeToRetry: false,
  });
  const closing = server([[], 'close']);
  expect(await failureOf(connect(closing.options))).toMatchObject({
    code: 'connection_lost',
    safeToRetry: true,
  });
});

it('renews keys in the midst of a login', async () => {
  const answers = [[serviceAccept], [failure('keyboard-interactive')], ...questions(3), [success]];
  const { options } = server(answers);
  const limits = { rekeyAfterBytes: 1, connectTimeoutMs: 3_000 };
  const ssh = await connect({ ...options, ...limits, keyboardInteractive: () => ['answer'] });
  await ssh.close();
});

it('refuses algorithms that it does not know before it dials', async () => {
  const { options, dials } = server([]);
  const error = await failureOf(connect({ ...options, algorithms: ['curve25519-sha256', 'rot13'] }));
  expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('rot13') });
  expect(dials()).toBe(0);
});

function questions(count: number): Uint8Array[][] {
  return Array.from({ length: count }, () => [infoRequest(['Code: ', false])]);
}
