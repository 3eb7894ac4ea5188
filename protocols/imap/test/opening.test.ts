// Opening a connection: greeting, STARTTLS and its attacks, logins and their refusals.

import { scriptedPeer } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { describe, expect, it } from 'vitest';
import { connect, type ImapOptions } from '../src/index.ts';
import { caught } from './support/open.ts';

expectNoUnhandledRejection();

type Peer = ReturnType<typeof scriptedPeer>;

const SECRET = 'the-secret';
const PLAIN = btoa(`\0ann\0${SECRET}`);
const OFFERS = 'IMAP4rev1 SASL-IR AUTH=PLAIN';

const open = (peer: Peer, options: ImapOptions = {}, target = 'imaps://ann@mail.test') =>
  connect(target, {
    password: SECRET,
    connector: peer.connector,
    timeoutMs: 1000,
    connectTimeoutMs: 1000,
    ...options,
  });
const greeted = (offers = OFFERS): Peer => scriptedPeer().sendLines(`* OK [CAPABILITY ${offers}] hi`);

async function fails(peer: Peer, options: ImapOptions = {}, target?: string): Promise<unknown> {
  const error = await caught(open(peer, options, target));
  expect(JSON.stringify([String(error), error])).not.toContain(SECRET);
  return error;
}

describe('STARTTLS', () => {
  const starttls = (): Peer =>
    greeted('IMAP4rev1 STARTTLS LOGINDISABLED').expectLine(/^S[0-9a-f]{8} STARTTLS$/, keep);
  let tag = '';
  const keep = (line: string): void => {
    tag = line.split(' ')[0] ?? '';
  };

  it('forgets what was said before, and logs in inside TLS', async () => {
    await using peer = starttls()
      .send(() => `${tag} OK go\r\n`)
      .startTls()
      .expectLine('A1 CAPABILITY')
      .sendLines(`* CAPABILITY ${OFFERS}`, 'A1 OK done')
      .expectLine(`A2 AUTHENTICATE PLAIN ${PLAIN}`)
      .sendLines('A2 OK [CAPABILITY IMAP4rev1] in');
    const imap = await open(peer, {}, 'imap://ann@mail.test');
    expect(imap.peer).toEqual({ hostname: 'mail.test', port: 143, tls: true });
    expect([...imap.server.capabilities]).toEqual(['IMAP4REV1']);
    expect(imap.server.mechanism).toBe('PLAIN');
  });

  it('refuses bytes behind the answer', async () => {
    await using peer = starttls().send(() => `${tag} OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n`);
    expect(await fails(peer, {}, 'imap://ann@mail.test')).toMatchObject({ code: 'tls_failed' });
  });

  it('refuses an answer that came before the command', async () => {
    await using peer = scriptedPeer().sendLines('* OK [CAPABILITY IMAP4rev1 STARTTLS] hi', 'A1 OK go');
    expect(await fails(peer, {}, 'imap://ann@mail.test')).toMatchObject({ code: 'protocol' });
    await using slow = greeted('IMAP4rev1 STARTTLS')
      .expectLine(/STARTTLS/)
      .sendLines('S00000000 OK go');
    expect(await fails(slow, {}, 'imap://ann@mail.test')).toMatchObject({ code: 'protocol' });
  });

  it('refuses PREAUTH in clear', async () => {
    await using peer = scriptedPeer().sendLines('* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome');
    expect(await fails(peer, {}, 'imap://ann@mail.test')).toMatchObject({ code: 'tls_failed' });
  });

  it('refuses a server that does not offer it, or says NO', async () => {
    await using peer = greeted();
    expect(await fails(peer, {}, 'imap://ann@mail.test')).toMatchObject({ code: 'tls_failed' });
    await using other = starttls().send(() => `${tag} NO not now\r\n`);
    expect(await fails(other, {}, 'imap://ann@mail.test')).toMatchObject({ code: 'tls_failed' });
  });
});

describe('options', () => {
  it.each([
    ['imaps://mail.test', 993, 'implicit'],
    ['imap://mail.test', 143, 'starttls'],
    ['imap://mail.test:993', 993, 'implicit'],
    [{ hostname: 'mail.test' }, 993, 'implicit'],
    [{ hostname: 'mail.test', tls: 'starttls' }, 143, 'starttls'],
    [{ hostname: 'mail.test', tls: false }, 143, 'off'],
  ])('dial %j', async (target, port, tls) => {
    const seen: unknown[] = [];
    const connector = async (address: unknown, options?: { tls?: unknown }): Promise<never> => {
      seen.push(address, options?.tls);
      throw new Error('seen');
    };
    await caught(connect(target as string, { connector: connector as never }));
    expect(seen).toEqual([{ hostname: 'mail.test', port }, tls]);
  });

  it.each([
    ['a login without TLS', 'imap://ann@mail.test', { tls: false, password: SECRET }],
    ['another scheme', 'smtp://mail.test', {}],
    ['a path', 'imaps://mail.test/INBOX', {}],
    ['a query', 'imaps://mail.test?a=b', {}],
    ['imaps without TLS', 'imaps://mail.test', { tls: false }],
    ['a password without a name', 'imaps://mail.test', { password: SECRET }],
    ['a name without a password', 'imaps://ann@mail.test', {}],
    ['two secrets', 'imaps://ann@mail.test', { password: SECRET, accessToken: 'x' }],
    ['a port', 'imaps://mail.test', { port: 0 }],
    ['a time', 'imaps://mail.test', { timeoutMs: -1 }],
    ['TLS', 'imaps://mail.test', { tls: 'maybe' }],
    ['an id', 'imaps://mail.test', { id: { name: 1 } }],
  ])('refuse %s', async (_, target, options) => {
    await using peer = scriptedPeer();
    const error = await caught(connect(target, { ...options, connector: peer.connector } as ImapOptions));
    expect(error).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(String(error)).not.toContain(SECRET);
    expect(peer.connections).toBe(0);
  });
});

describe('logins', () => {
  it('wait for the server without SASL-IR', async () => {
    await using peer = greeted('IMAP4rev1 AUTH=PLAIN')
      .expectLine('A1 AUTHENTICATE PLAIN')
      .send('+ \r\n')
      .expectLine(PLAIN)
      .sendLines('* CAPABILITY IMAP4rev1 IDLE', 'A1 OK in');
    const imap = await open(peer);
    expect([...imap.server.capabilities]).toEqual(['IMAP4REV1', 'IDLE']);
  });

  it('ask for the capabilities where the server does not tell them', async () => {
    await using peer = scriptedPeer()
      .sendLines('* OK hi')
      .expectLine('A1 CAPABILITY')
      .sendLines(`* CAPABILITY ${OFFERS}`, 'A1 OK')
      .expectLine(`A2 AUTHENTICATE PLAIN ${PLAIN}`)
      .sendLines('A2 OK in')
      .expectLine('A3 CAPABILITY')
      .sendLines('* CAPABILITY IMAP4rev1 X', 'A3 OK');
    expect([...(await open(peer)).server.capabilities]).toEqual(['IMAP4REV1', 'X']);
  });

  it('use the command LOGIN where there is no mechanism, quoted', async () => {
    await using peer = greeted('IMAP4rev1')
      .expectLine('A1 LOGIN "ann" "a\\"b\\\\c"')
      .sendLines('A1 OK [CAPABILITY IMAP4rev1] in');
    expect((await open(peer, { password: 'a"b\\c' })).server.mechanism).toBe('LOGIN');
  });

  it('never use LOGIN where it is disabled', async () => {
    await using peer = greeted('IMAP4rev1 LOGINDISABLED');
    expect(await fails(peer)).toMatchObject({ code: 'auth', safeToRetry: true });
  });

  it('without TLS send no password unless that is allowed by name', async () => {
    const target = 'imap://ann@mail.test';
    await using peer = greeted();
    const options = { tls: false, authWithoutTls: 'challenge' } as const;
    expect(await fails(peer, options, target)).toMatchObject({ code: 'auth', safeToRetry: true });
    await using other = greeted()
      .expectLine(`A1 AUTHENTICATE PLAIN ${PLAIN}`)
      .sendLines('A1 OK [CAPABILITY IMAP4rev1] in');
    const imap = await open(other, { tls: false, authWithoutTls: 'cleartext' }, target);
    expect(imap.peer.tls).toBe(false);
  });

  it('need none where the server greets with PREAUTH inside TLS', async () => {
    await using peer = scriptedPeer()
      .sendLines('* PREAUTH [CAPABILITY IMAP4rev1] hi')
      .expectLine('A1 NOOP')
      .sendLines('A1 OK');
    const imap = await open(peer, { password: undefined }, 'imaps://mail.test');
    await imap.noop();
    expect(imap.server).toMatchObject({ greeting: 'hi', mechanism: undefined });
    await using other = greeted();
    expect(await fails(other, { password: undefined }, 'imaps://mail.test')).toMatchObject({
      code: 'auth',
      blame: 'local',
    });
  });

  it('are refused with the server’s code, and without the secret', async () => {
    await using peer = greeted()
      .expectLine(/AUTHENTICATE/)
      .sendLines(`A1 NO [AUTHENTICATIONFAILED] no ${SECRET} ${PLAIN}`);
    expect(await fails(peer)).toMatchObject({
      code: 'auth',
      server: { code: 'AUTHENTICATIONFAILED', message: 'no *** ***' },
    });
    await using busy = greeted()
      .expectLine(/AUTHENTICATE/)
      .sendLines('A1 NO [UNAVAILABLE] later');
    expect(await fails(busy)).toMatchObject({
      code: 'server',
      safeToRetry: true,
      server: { code: 'UNAVAILABLE' },
    });
  });

  it('with a token end the failure’s exchange', async () => {
    await using peer = greeted('IMAP4rev1 SASL-IR AUTH=XOAUTH2')
      .expectLine(`A1 AUTHENTICATE XOAUTH2 ${btoa('user=ann\x01auth=Bearer token-1\x01\x01')}`)
      .sendLines(`+ ${btoa('{"status":"400"}')}`)
      .expectLine('')
      .sendLines('A1 NO [AUTHENTICATIONFAILED] no');
    const options = { password: undefined, accessToken: 'token-1' };
    expect(await fails(peer, options)).toMatchObject({ code: 'auth' });
  });

  it('end by BYE, in each state', async () => {
    for (const peer of [
      scriptedPeer().sendLines('* BYE too many'),
      greeted()
        .expectLine(/AUTHENTICATE/)
        .sendLines('* BYE too many', 'A1 NO x'),
    ]) {
      expect(await fails(peer)).toMatchObject({
        code: 'server',
        server: { code: 'BYE', message: 'too many' },
      });
      await peer[Symbol.asyncDispose]();
    }
  });

  it('end in time', async () => {
    await using peer = scriptedPeer().stall();
    expect(await fails(peer, { connectTimeoutMs: 30 })).toMatchObject({
      code: 'connect_timeout',
      safeToRetry: true,
    });
  });

  it('name the scheme that the port may want', async () => {
    await using silent = scriptedPeer().stall();
    expect(await fails(silent, { connectTimeoutMs: 30 }, 'imap://ann@mail.test')).toMatchObject({
      code: 'connect_timeout',
      message: expect.stringContaining('needs imaps:'),
    });
    const connector = async (): Promise<never> => {
      throw new (await import('@fairlead/errors')).FairleadError('tls_failed', 'wrong version number');
    };
    expect(await caught(connect('imaps://mail.test', { connector }))).toMatchObject({
      code: 'tls_failed',
      message: 'wrong version number; a port that begins in clear needs imap:',
    });
  });

  it('tell the server who is asking, and the caller what a person should read', async () => {
    const alerts: string[] = [];
    await using peer = greeted()
      .expectLine(/AUTHENTICATE/)
      .sendLines('* OK [ALERT] Read this', 'A1 OK [CAPABILITY IMAP4rev1 ID] in')
      .expectLine('A2 ID ("name" "app")')
      .expectLine('A3 NOOP')
      .sendLines('* ID ("name" "Dovecot")', 'A2 OK', 'A3 OK');
    const imap = await open(peer, { id: { name: 'app' }, onAlert: (text) => alerts.push(text) });
    await imap.noop();
    expect(alerts).toEqual(['Read this']);
    expect(imap.server.id).toEqual({ name: 'Dovecot' });
  });

  it('name a provider that refuses the platform', async () => {
    const connector = async (): Promise<never> => {
      throw new (await import('@fairlead/errors')).FairleadError('connect_failed', 'cannot connect', {
        cause: new Error('proxy request failed, cannot connect to the specified address'),
      });
    };
    const error = await caught(connect('imaps://mail.test', { connector }));
    expect(error).toMatchObject({
      code: 'connect_failed',
      message: expect.stringMatching(/behind Cloudflare/),
    });
  });
});
