// What a caller wishes of TLS reaches the connector, and a client certificate logs in by EXTERNAL.
import { FairleadError } from '@fairlead/errors';
import { scriptedPeer } from '@fairlead/testkit';
import type { ConnectOptions } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { connect, type ImapOptions } from '../src/index.ts';
import { caught } from './support/open.ts';

const CERTIFICATE = { cert: 'CERT', key: 'KEY' };
const external = { mechanisms: ['external'], tls: CERTIFICATE } as const;

describe('tls as an object', () => {
  it.each<[string | ImapOptions, ImapOptions['tls'], number, string]>([
    ['imaps://mail.test', { ca: 'CA' }, 993, 'implicit'],
    ['imap://mail.test', { ca: 'CA' }, 143, 'starttls'],
    ['imap://mail.test:993', { ca: 'CA' }, 993, 'implicit'],
    ['imap://mail.test', { ca: 'CA', mode: 'implicit' }, 993, 'implicit'],
    [{ hostname: 'mail.test' }, { ca: 'CA' }, 993, 'implicit'],
    [{ hostname: 'mail.test' }, { ca: 'CA', mode: 'starttls' }, 143, 'starttls'],
  ])('dials %j with %j', async (target, tls, port, mode) => {
    let seen: unknown;
    const connector = async (address: { port: number }, options?: ConnectOptions): Promise<never> => {
      seen = [address.port, options?.tls, options?.tlsOptions];
      throw new Error('seen');
    };
    await caught(connect(target as string, { tls, connector } as ImapOptions));
    expect(seen).toEqual([port, mode, { ca: 'CA' }]);
  });

  it('tells why TLS has failed, with the certificate', async () => {
    const certificate = {
      subject: 'CN=other.test',
      issuer: 'CN=CA',
      names: ['DNS:other.test'],
      validFrom: '2026-01-01T00:00:00Z',
      validTo: '2027-01-01T00:00:00Z',
      fingerprint256: '00',
    };
    const connector = async (): Promise<never> => {
      throw new FairleadError('tls_failed', 'wrong name', { reason: 'name_mismatch', certificate });
    };
    const error = await caught(connect('imaps://mail.test', { connector }));
    expect(error).toMatchObject({ code: 'tls_failed', reason: 'name_mismatch', certificate });
  });

  it.each<[string, ImapOptions]>([
    ['imaps://mail.test', { tls: { mode: 'starttls' } }],
    ['imaps://mail.test', { tls: { cert: 'CERT' } }],
    ['imaps://mail.test', { mechanisms: ['EXTERNAL'] }],
    ['imaps://mail.test', { mechanisms: ['EXTERNAL'], tls: { ca: 'CA' } }],
  ])('is refused for %s with %j', async (target, options) => {
    await using peer = scriptedPeer();
    const error = await caught(connect(target, { ...options, connector: peer.connector }));
    expect(error).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(peer.connections).toBe(0);
  });
});

describe('EXTERNAL', () => {
  const greeted = (offers: string) => scriptedPeer().sendLines(`* OK [CAPABILITY IMAP4rev1 ${offers}] hi`);

  it('logs in without a name or a password', async () => {
    await using peer = greeted('SASL-IR AUTH=EXTERNAL')
      .expectLine('A1 AUTHENTICATE EXTERNAL =')
      .sendLines('A1 OK [CAPABILITY IMAP4rev1] in');
    const imap = await connect('imaps://mail.test', { ...external, connector: peer.connector });
    expect(imap.server.mechanism).toBe('EXTERNAL');
  });

  it('names the account where there is one, and waits for the server without SASL-IR', async () => {
    await using peer = greeted('AUTH=EXTERNAL')
      .expectLine('A1 AUTHENTICATE EXTERNAL')
      .sendLines('+ ')
      .expectLine(btoa('ann'))
      .sendLines('A1 NO [AUTHENTICATIONFAILED] no');
    const error = await caught(connect('imaps://ann@mail.test', { ...external, connector: peer.connector }));
    expect(error).toMatchObject({ code: 'auth' });
  });

  it('is not replaced by another mechanism', async () => {
    await using peer = greeted('AUTH=PLAIN');
    const options = { ...external, password: 'the-secret', connector: peer.connector };
    const error = await caught(connect('imaps://ann@mail.test', options));
    expect(error).toMatchObject({ code: 'auth', safeToRetry: true });
  });
});
