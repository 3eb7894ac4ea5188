// IMAP: ways into Dovecot, Cyrus and Courier, every mechanism of each, and what each refusal is called.
import { connect, type ImapOptions } from '@fairlead/imap';
import { describe, expect, inject, it } from 'vitest';
import { IMAP_NAMES, login, MODES } from './imap.ts';
import { accessToken } from './mailbox.ts';
import { BAD_CERTIFICATES, failure } from './support.ts';

const { imap: servers } = inject('servers');

describe.each(IMAP_NAMES.flatMap((name) => MODES.map((mode) => [name, mode] as const)))(
  '%s, %s',
  (name, mode) => {
    it('lets in, and says what it is', async () => {
      const options = login(name, mode);
      await using imap = await connect(options);
      expect(imap.server.greeting.length).toBeGreaterThan(0);
      expect(imap.server.capabilities.has('UIDPLUS')).toBe(true);
      expect(imap.peer).toMatchObject({ hostname: 'localhost', port: options.port, tls: true });
      await imap.noop();
    });

    // Courier takes its time, for seconds: once is enough.
    if (name === 'Courier 5' && mode === 'starttls') return;
    it('a wrong password is `auth`, and shown nowhere', async () => {
      const error = await failure(connect({ ...login(name, mode), password: 'wrong-password' }));
      expect(error.code).toBe('auth');
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('wrong-password');
    });
  },
);

describe('mechanisms', () => {
  it.each([
    ['Dovecot 2.3', 'SCRAM-SHA-256'],
    ['Dovecot 2.3', 'SCRAM-SHA-1'],
    ['Dovecot 2.3', 'PLAIN'],
    ['Dovecot 2.3', 'LOGIN'],
    ['Dovecot 2.4', 'SCRAM-SHA-256'],
    ['Dovecot 2.4', 'PLAIN'],
    ['Cyrus 3.12', 'SCRAM-SHA-256'],
    ['Cyrus 3.12', 'PLAIN'],
    ['Courier 5', 'PLAIN'],
  ] as const)('%s: %s', async (name, mechanism) => {
    await using imap = await connect({ ...login(name), mechanisms: [mechanism] });
    expect(imap.server.mechanism).toBe(mechanism);
    expect((await imap.select('INBOX')).exists).toBeGreaterThanOrEqual(10);
  });

  it.each(['OAUTHBEARER', 'XOAUTH2'] as const)('Dovecot 2.4: %s', async (mechanism) => {
    const { password: _, ...rest } = login('Dovecot 2.4');
    const options: ImapOptions = { ...rest, mechanisms: [mechanism] };
    await using imap = await connect({ ...options, accessToken: await accessToken('app') });
    expect(imap.server.mechanism).toBe(mechanism);
    const expired = await failure(connect({ ...options, accessToken: await accessToken('app', -100) }));
    expect(expired.code).toBe('auth');
  });

  it('the strongest one is taken', async () => {
    await using imap = await connect(login('Cyrus 3.12'));
    expect(imap.server.mechanism).toMatch(/^SCRAM-SHA-256/);
  });

  it('a name and a password beyond ASCII', async () => {
    await using imap = await connect({
      ...login('Dovecot 2.4'),
      username: 'utf8',
      password: 'Grüße aus Göteborg',
    });
    expect((await imap.select('INBOX')).exists).toBe(0);
  });
});

describe('without TLS', () => {
  const plain = (name: 'Dovecot 2.3' | 'Dovecot 2.4'): ImapOptions => ({
    ...login(name),
    port: servers[name].clear,
    tls: false,
  });

  it('no login, unless it is allowed', async () => {
    expect((await failure(connect(plain('Dovecot 2.4')))).message).not.toContain('app-password');
    await using imap = await connect({ ...plain('Dovecot 2.4'), authWithoutTls: 'cleartext' });
    expect(imap.peer.tls).toBe(false);
  });

  it('LOGINDISABLED: the password is not sent', async () => {
    const options: ImapOptions = {
      ...plain('Dovecot 2.3'),
      authWithoutTls: 'cleartext',
      mechanisms: ['PLAIN', 'LOGIN'],
    };
    expect((await failure(connect(options))).code).toMatch(/^(auth|usage|unsupported)$/);
  });
});

describe('certificates', () => {
  it.each(BAD_CERTIFICATES)('%s is refused', async (kind) => {
    const port = servers['Courier 5'].refused[kind];
    expect((await failure(connect({ ...login('Courier 5'), port }))).code).toBe('tls_failed');
  });

  it('TLS from the first byte at the port of STARTTLS ends at the limit', async () => {
    const options: ImapOptions = { ...login('Cyrus 3.12', 'starttls'), tls: true, connectTimeoutMs: 1_000 };
    expect((await failure(connect(options))).code).toMatch(/^(tls_failed|connect_timeout|connection_lost)$/);
  });
});
