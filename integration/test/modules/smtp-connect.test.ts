// SMTP: ways into Postfix, OpenSMTPD and Exim. STARTTLS and TLS, every login, what each refusal is called.
import { connect, type SmtpOptions } from '@fairlead/smtp';
import { describe, expect, inject, it } from 'vitest';
import { accessToken, isWhole, newBox, received } from './mailbox.ts';
import { BAD_CERTIFICATES, failure } from './support.ts';

const { postfix, opensmtpd, exim, wiretaps } = inject('servers');
const servers = { postfix, opensmtpd, exim };
const app = { hostname: 'localhost', username: 'app', password: 'app-password' };

/** Each server offers these, within TLS; the first is what a client takes that may choose. */
const MECHANISMS = {
  postfix: ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5', 'PLAIN', 'LOGIN'],
  opensmtpd: ['PLAIN', 'LOGIN'],
  exim: ['CRAM-MD5', 'PLAIN', 'LOGIN'],
} as const;
type Name = keyof typeof MECHANISMS;
const NAMES = Object.keys(MECHANISMS) as Name[];

const LOGINS = NAMES.flatMap((name) => MECHANISMS[name].map((mechanism) => [name, mechanism] as const));

function ways(name: Name): [string, SmtpOptions][] {
  const { port, tlsPort } = servers[name];
  return [
    ['STARTTLS', { ...app, port }],
    ['TLS from the first byte', { ...app, port: tlsPort, tls: true }],
  ];
}

function mailTo(recipient: string): Uint8Array {
  const lines = [
    'From: <app@mail.test>',
    `To: <${recipient}>`,
    'Subject: Ahoy',
    `Message-ID: <${recipient}>`,
  ];
  return new TextEncoder().encode(
    [...lines, `Date: ${new Date().toUTCString()}`, '', 'Ahoy.', ''].join('\r\n'),
  );
}

describe.each(NAMES)('%s', (name) => {
  it.each(ways(name))('takes a mail over %s, and says what it is', async (_way, options) => {
    await using client = await connect(options);
    expect(client.peer.tls).toBe(true);
    expect(client.server.mechanism).toBe(MECHANISMS[name][0]);
    expect(client.server.capabilities).toMatchObject({
      name: expect.stringContaining('mx.mail.test'),
      extended: true,
      // Not again within TLS.
      startTls: false,
      eightBitMime: true,
      dsn: true,
      pipelining: name !== 'opensmtpd',
      chunking: name !== 'opensmtpd',
      smtpUtf8: name !== 'opensmtpd',
      enhancedStatusCodes: name !== 'exim',
      requireTls: false,
      size: name === 'postfix' ? 31_457_280 : 1_048_576,
    });
    const box = newBox();
    const sent = mailTo(box);
    const result = await client.sendRaw({ from: 'app@mail.test', to: box }, sent);
    expect(result).toMatchObject({ accepted: [box], rejected: [] });
    expect(result.response).toMatch(/^250 /);
    expect(isWhole(await received(servers[name].mailboxUrl, box), sent)).toBe(true);
  });
});

describe('logins', () => {
  it.each(LOGINS)('%s by %s', async (name, mechanism) => {
    await using client = await connect({ ...app, port: servers[name].port, mechanisms: [mechanism] });
    expect(client.server.mechanism).toBe(mechanism);
    await client.noop();
  });

  it.each(LOGINS)('%s by %s: a wrong password is `auth`, and shown nowhere', async (name, mechanism) => {
    const { port } = servers[name];
    const options = { ...app, port, mechanisms: [mechanism], password: 'wrong-password' };
    const error = await failure(connect(options));
    expect(error).toMatchObject({ code: 'auth', safeToRetry: true });
    expect(error.server?.fields?.reply).toBe('535');
    expect(error.server?.code).toBe(name === 'postfix' ? '5.7.8' : '535');
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('wrong-password');
  });

  it.each(['SCRAM-SHA-256', 'CRAM-MD5', 'PLAIN', 'LOGIN'])(
    'a password beyond ASCII, by %s',
    async (mechanism) => {
      const login = { username: 'utf8', password: 'Grüße aus Göteborg' };
      await using client = await connect({ ...app, ...login, port: postfix.port, mechanisms: [mechanism] });
      expect(client.server.mechanism).toBe(mechanism);
    },
  );

  it.each(['OAUTHBEARER', 'XOAUTH2'])('an access token, by %s', async (mechanism) => {
    const login = { hostname: 'localhost', port: postfix.port, username: 'app', mechanisms: [mechanism] };
    await using client = await connect({ ...login, accessToken: await accessToken('app') });
    expect(client.server.mechanism).toBe(mechanism);
    const token = await accessToken('app', -100);
    const error = await failure(connect({ ...login, accessToken: token }));
    expect(error.code).toBe('auth');
    expect(error.message).not.toContain(token);
  });

  it('the strongest that Postfix offers, without being told', async () => {
    await using client = await connect(`smtp://app:app-password@localhost:${postfix.port}`);
    expect(client.server.mechanism).toBe('SCRAM-SHA-256');
  });

  it('none that is acceptable is `auth`, before any is tried', async () => {
    const error = await failure(connect({ ...app, port: opensmtpd.port, mechanisms: ['SCRAM-SHA-256'] }));
    expect(error.code).toBe('auth');
  });
});

describe('TLS', () => {
  it.each(BAD_CERTIFICATES)('by STARTTLS, the certificate %s is `tls_failed`', async (kind) => {
    const error = await failure(connect({ ...app, port: postfix.refusedPorts[kind] }));
    expect(error).toMatchObject({ code: 'tls_failed', safeToRetry: true });
  });

  it('a server without STARTTLS is not spoken to in clear', async () => {
    const error = await failure(connect({ ...app, port: postfix.plainPort }));
    expect(error.code).toBe('tls_failed');
  });

  it('a server that waits for TLS hears none, and the wait ends', async () => {
    const options = { ...app, port: postfix.tlsPort, tls: 'starttls', connectTimeoutMs: 500 } as const;
    expect((await failure(connect(options))).code).toBe('connect_timeout');
  });

  it.each([
    ['challenge', 'SCRAM-SHA-256', undefined],
    ['cleartext', 'PLAIN', ['PLAIN']],
  ] as const)(
    'a login in clear has to be allowed by name: %s',
    async (authWithoutTls, mechanism, mechanisms) => {
      const options: SmtpOptions = { ...app, port: postfix.plainPort, tls: false };
      expect((await failure(connect(options))).code).toBe('usage');
      await using client = await connect({ ...options, authWithoutTls, mechanisms });
      expect(client.server.mechanism).toBe(mechanism);
      expect(client.peer.tls).toBe(false);
    },
  );

  it('port 25 is refused before anything is dialled', async () => {
    const error = await failure(connect({ ...app, port: 25 }));
    expect(error.code).toBe('policy');
    expect(error.message).toContain('587');
  });
});

/** What the last connection's client has sent, as far as it can be read. */
async function heard({ heardUrl }: { readonly heardUrl: string }): Promise<string> {
  const bytes = new Uint8Array(await (await fetch(heardUrl)).arrayBuffer());
  return new TextDecoder('latin1').decode(bytes);
}

describe('a wire with an eavesdropper', () => {
  it('shows nothing behind STARTTLS', async () => {
    const { port } = wiretaps.smtp;
    await using client = await connect({ ...app, port, mechanisms: ['PLAIN'] });
    const box = newBox();
    await client.sendRaw({ from: 'app@mail.test', to: box }, mailTo(box));
    const text = await heard(wiretaps.smtp);
    // The last two bytes begin a TLS record with a ClientHello.
    expect(text.startsWith('EHLO [127.0.0.1]\r\nSTARTTLS\r\n\x16\x03')).toBe(true);
    expect(text).not.toMatch(/AUTH|MAIL|Ahoy|app-password/);
    expect(text).not.toContain(btoa('\0app\0app-password'));
  });

  it('that takes STARTTLS out of the answer hears no login and no mail', async () => {
    const error = await failure(connect({ ...app, port: wiretaps.smtpWithoutTls.port }));
    expect(error).toMatchObject({ code: 'tls_failed', safeToRetry: true });
    expect(await heard(wiretaps.smtpWithoutTls)).toMatch(/^EHLO \[127\.0\.0\.1\]\r\n(QUIT\r\n)?$/);
  });

  it.each(['SCRAM-SHA-256', 'CRAM-MD5'])('sees no password of %s, even without TLS', async (mechanism) => {
    const { port } = wiretaps.smtpWithoutTls;
    const options = {
      ...app,
      port,
      tls: false,
      authWithoutTls: 'challenge',
      mechanisms: [mechanism],
    } as const;
    await using client = await connect(options);
    expect(client.server.mechanism).toBe(mechanism);
    const lines = (await heard(wiretaps.smtpWithoutTls)).split(/\r\n| /);
    const decoded = lines
      .filter((line) => /^[A-Za-z0-9+/]{8,}=*$/.test(line) && line.length % 4 === 0)
      .map(atob);
    expect(decoded.length).toBeGreaterThan(0);
    expect([...lines, ...decoded].join(' ')).not.toContain('app-password');
  });
});

describe('without a login', () => {
  it.each(NAMES)('%s lets nobody in', async (name) => {
    await using client = await connect({ hostname: 'localhost', port: servers[name].port });
    const box = newBox();
    const error = await failure(client.sendRaw({ from: 'app@mail.test', to: box }, mailTo(box)));
    expect(error).toMatchObject({ code: 'server', safeToRetry: true });
    expect(error.server?.fields?.reply).toMatch(/^5[35]\d$/);
  });
});
