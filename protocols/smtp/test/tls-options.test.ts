// What a caller wishes of TLS reaches the connector, and a client certificate logs in by EXTERNAL.
import { scriptedPeer } from '@fairlead/testkit';
import type { ConnectOptions } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { connect, probe, type SmtpOptions } from '../src/index.ts';
import { greet, logIn, TARGET } from './support/talk.ts';

const CERTIFICATE = { cert: 'CERT', key: 'KEY' };

async function dialled(target: string | SmtpOptions, tls: SmtpOptions['tls']): Promise<unknown> {
  let seen: unknown;
  const connector = async (address: { port: number }, options?: ConnectOptions): Promise<never> => {
    seen = [address.port, options?.tls, options?.tlsOptions];
    throw new Error('seen');
  };
  await connect(target as string, { tls, connector } as SmtpOptions).catch(() => undefined);
  return seen;
}

describe('tls as an object', () => {
  it.each<[string | SmtpOptions, SmtpOptions['tls'], number, string]>([
    ['smtp://mx.test', { ca: 'CA' }, 587, 'starttls'],
    ['smtps://mx.test', { ca: 'CA' }, 465, 'implicit'],
    ['smtp://mx.test:465', { ca: 'CA' }, 465, 'implicit'],
    ['smtp://mx.test', { ca: 'CA', mode: 'implicit' }, 465, 'implicit'],
    ['smtp://mx.test:2525', { ca: 'CA', mode: 'starttls' }, 2525, 'starttls'],
    [{ hostname: 'mx.test' }, { ca: 'CA' }, 587, 'starttls'],
  ])('dials %j with %j', async (target, tls, port, mode) => {
    expect(await dialled(target, tls)).toEqual([port, mode, { ca: 'CA' }]);
  });

  it('goes along with a probe', async () => {
    await using peer = greet(scriptedPeer()).expectLine('QUIT').sendLines('221 Bye').close();
    let seen: ConnectOptions | undefined;
    await probe('smtp://mx.test', {
      tls: { ca: 'CA' },
      connector: (address, options) => {
        seen = options;
        return peer.connector(address, options);
      },
    });
    expect(seen).toMatchObject({ tls: 'starttls', tlsOptions: { ca: 'CA' } });
  });
});

describe('EXTERNAL', () => {
  const external = { mechanisms: ['EXTERNAL'], tls: CERTIFICATE } as const;

  it('logs in without a name or a password', async () => {
    await using peer = greet(scriptedPeer(), ['PIPELINING', 'AUTH PLAIN EXTERNAL'])
      .expectLine('AUTH EXTERNAL =')
      .sendLines('235 2.7.0 Welcome')
      .expectLine('QUIT')
      .sendLines('221 Bye')
      .close();
    const smtp = await connect('smtp://mx.test', { ...external, connector: peer.connector });
    expect(smtp.server.mechanism).toBe('EXTERNAL');
    await smtp.close();
  });

  it('names the account where there is one', async () => {
    await using peer = greet(scriptedPeer(), ['AUTH EXTERNAL'])
      .expectLine(`AUTH EXTERNAL ${btoa('app')}`)
      .sendLines('535 5.7.8 No');
    const login = connect('smtp://app@mx.test', { ...external, connector: peer.connector });
    await expect(login).rejects.toMatchObject({ code: 'auth' });
  });

  it('is not replaced by another mechanism', async () => {
    await using peer = greet(scriptedPeer(), ['AUTH PLAIN']);
    const login = connect(TARGET, { ...external, connector: peer.connector });
    await expect(login).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringMatching(/EXTERNAL/),
      safeToRetry: true,
    });
  });

  it('leaves a password to the other mechanisms', async () => {
    await using peer = logIn(scriptedPeer()).expectLine('QUIT').sendLines('221 Bye').close();
    const smtp = await connect(TARGET, { tls: CERTIFICATE, connector: peer.connector });
    expect(smtp.server.mechanism).toBe('PLAIN');
    await smtp.close();
  });
});
