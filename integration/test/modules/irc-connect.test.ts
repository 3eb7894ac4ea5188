// IRC: ways into Ergo and InspIRCd. Plain, TLS and STARTTLS, logins, nicks that are taken, what each refusal is called.
import { connect, type IrcClient, type IrcOptions, type StsPolicy } from '@fairlead/irc';
import { describe, expect, inject, it } from 'vitest';
import { newNick } from './irc.ts';
import { BAD_CERTIFICATES, failure } from './support.ts';

const { ergo, ergoWithSts, inspircd, wiretaps } = inject('servers');
const hostname = 'localhost';

const WAYS: [string, IrcOptions][] = [
  ['Ergo, TLS', { hostname, port: ergo.tlsPort }],
  ['Ergo, plain', { hostname, port: ergo.plainPort, tls: false }],
  ['InspIRCd, TLS', { hostname, port: inspircd.tlsPort }],
  ['InspIRCd, plain', { hostname, port: inspircd.plainPort, tls: false }],
  ['InspIRCd, STARTTLS', { hostname, port: inspircd.plainPort, tls: 'starttls' }],
];

/** What the server says of the client's own connection. */
async function whoisNumerics(client: IrcClient): Promise<string[]> {
  const { messages } = await client.request('WHOIS', [client.nick]);
  return messages.map(({ command }) => command);
}

// InspIRCd lets clients in once a second: all tests wait at the same time.
describe.concurrent('registration', () => {
  it.each(WAYS)('%s', async (way, options) => {
    const nick = newNick();
    await using client = await connect({ ...options, nick });
    const isErgo = way.startsWith('Ergo');
    expect(client.nick).toBe(nick);
    expect(client.account).toBeUndefined();
    expect(client.server).toMatchObject({
      name: isErgo ? 'irc.mail.test' : 'inspircd.mail.test',
      version: expect.stringMatching(isErgo ? /^ergo-2\.15/ : /^InspIRCd-4/),
      network: 'FairleadNet',
    });
    expect([...client.capabilities]).toEqual(
      expect.arrayContaining(['message-tags', 'server-time', 'batch', 'echo-message', 'labeled-response']),
    );
    expect(client.isupport.number('NICKLEN', 0)).toBe(isErgo ? 32 : 30);
    // 671: "is using a secure connection".
    expect((await whoisNumerics(client)).includes('671')).toBe(!way.endsWith('plain'));
  });

  it('joins the channels of the URL', async () => {
    const nick = newNick();
    await using client = await connect(
      `ircs://${nick}@${hostname}:${ergo.tlsPort}/#url-${nick},plain-${nick}`,
    );
    expect([...client.channels.keys()].sort()).toEqual([`#plain-${nick}`, `#url-${nick}`]);
  });

  it.each([
    ['Ergo', { hostname, port: ergo.tlsPort }],
    ['InspIRCd', { hostname, port: inspircd.tlsPort }],
  ])('a nick that is taken becomes another one: %s', async (_server, options) => {
    const nick = newNick();
    await using first = await connect({ ...options, nick });
    await using second = await connect({ ...options, nick });
    expect(first.nick).toBe(nick);
    expect(second.nick).not.toBe(nick);
    expect(second.sameName(first.nick, second.nick)).toBe(false);
    // The server holds the same opinion.
    expect(await whoisNumerics(second)).toContain('311');
  });

  it.each([
    ['Ergo', { hostname, port: ergo.tlsPort }],
    ['InspIRCd', { hostname, port: inspircd.tlsPort }],
  ])('two at once that want one nick have two in the end: %s', async (_server, options) => {
    const nick = newNick();
    const clients = await Promise.all([connect({ ...options, nick }), connect({ ...options, nick })]);
    const [one, other] = clients;
    expect(one.nick).not.toBe(other.nick);
    for (const client of clients) expect(await whoisNumerics(client)).toContain('311');
    await Promise.all(clients.map((client) => client.close()));
  });

  describe("a server's own password", () => {
    const options = { hostname, port: inspircd.passwordPort, serverPassword: 'server-password' } as const;

    it('over TLS', async () => {
      await using client = await connect({ ...options, tls: 'starttls', nick: newNick() });
      expect(client.server.name).toBe('inspircd.mail.test');
    });

    it('in clear, only by name', async () => {
      const clear = { ...options, tls: false, nick: newNick() } as const;
      expect(await failure(connect(clear))).toMatchObject({ code: 'auth', safeToRetry: true });
      await using client = await connect({ ...clear, allowCleartext: true });
      expect(client.server.name).toBe('inspircd.mail.test');
    });

    it('that is wrong', async () => {
      const wrong = {
        ...options,
        tls: 'starttls',
        nick: newNick(),
        serverPassword: 'wrong-password',
      } as const;
      const error = await failure(connect(wrong));
      expect(error.code).toBe('auth');
      expect(error.message).not.toContain('wrong-password');
    });
  });
});

describe.concurrent('logins by SASL', () => {
  it.each([
    ['SCRAM-SHA-256', { hostname, port: ergo.tlsPort }],
    ['PLAIN', { hostname, port: ergo.tlsPort }],
    ['SCRAM-SHA-256', { hostname, port: ergo.plainPort, tls: false }],
  ] as const)('%s', async (saslMechanism, options) => {
    const login = { username: 'app', password: 'app-password', saslMechanism };
    await using client = await connect({ ...options, nick: newNick(), ...login });
    expect(client.account).toBe('app');
    // 330: "is logged in as".
    expect(await whoisNumerics(client)).toContain('330');
  });

  it.each(['SCRAM-SHA-256', 'PLAIN'] as const)('a password beyond ASCII, by %s', async (saslMechanism) => {
    const login = { username: 'utf8', password: 'Grüße-aus-Göteborg', saslMechanism };
    await using client = await connect({ hostname, port: ergo.tlsPort, nick: newNick(), ...login });
    expect(client.account).toBe('utf8');
  });

  it('the login of the URL is that of the nick', async () => {
    await using client = await connect(`ircs://bystander:bystander-password@${hostname}:${ergo.tlsPort}`);
    expect([client.nick, client.account]).toEqual(['bystander', 'bystander']);
  });

  it.each([
    ['a wrong password, by SCRAM-SHA-256', { password: 'wrong-password', saslMechanism: 'SCRAM-SHA-256' }],
    ['a wrong password, by PLAIN', { password: 'wrong-password', saslMechanism: 'PLAIN' }],
    ['a wrong password', { password: 'wrong-password' }],
    ['an unknown account', { username: 'nobody', password: 'app-password' }],
  ] as const)('%s is `auth`', async (_name, login) => {
    const options = { hostname, port: ergo.tlsPort, nick: newNick(), username: 'app', ...login };
    const error = await failure(connect(options));
    expect(error.code).toBe('auth');
    expect(`${error.message} ${JSON.stringify(error)}`).not.toMatch(/wrong-password|app-password/);
  });

  it('PLAIN crosses no network in clear', async () => {
    const login = { username: 'app', password: 'app-password', saslMechanism: 'PLAIN' } as const;
    const error = await failure(
      connect({ hostname, port: ergo.plainPort, tls: false, nick: newNick(), ...login }),
    );
    expect(error).toMatchObject({ code: 'auth', safeToRetry: true });
  });

  it('a server without SASL is `auth`', async () => {
    const login = { username: 'app', password: 'app-password' };
    const error = await failure(connect({ hostname, port: inspircd.tlsPort, nick: newNick(), ...login }));
    expect(error.code).toBe('auth');
  });
});

describe.concurrent('TLS', () => {
  it.each(BAD_CERTIFICATES)('the certificate %s is `tls_failed`', async (kind) => {
    const error = await failure(connect({ hostname, port: ergo.refusedPorts[kind], nick: newNick() }));
    expect(error.code).toBe('tls_failed');
  });

  it('a server without STARTTLS is not spoken to in clear', async () => {
    const login = { username: 'app', password: 'app-password' };
    const options = { hostname, port: ergo.plainPort, tls: 'starttls', nick: newNick(), ...login } as const;
    expect((await failure(connect(options))).code).toBe('tls_failed');
  });
});

describe.concurrent('a wire with an eavesdropper', () => {
  it('shows nothing behind STARTTLS', async () => {
    const { port, heardUrl } = wiretaps.inspircd;
    const nick = newNick();
    await using client = await connect({
      hostname,
      port,
      tls: 'starttls',
      nick,
      serverPassword: 'server-password',
    });
    expect(client.server.name).toBe('inspircd.mail.test');
    const bytes = new Uint8Array(await (await fetch(heardUrl)).arrayBuffer());
    const text = new TextDecoder('latin1').decode(bytes);
    // What begins a TLS record with a ClientHello.
    expect(text).toContain('STARTTLS\r\n\x16\x03');
    expect(text).not.toMatch(/PASS|server-password/);
    expect(text).not.toContain(nick);
  });
});

describe.concurrent('a server that demands TLS (sts)', () => {
  const login = { username: 'app', password: 'app-password' };
  const { port, heardUrl } = wiretaps.ergoWithSts;
  const clear: IrcOptions = { hostname, port, tls: false, ...login, allowCleartext: true };

  it('gets it, before any credential has left', async () => {
    const nick = newNick();
    await using client = await connect({ ...clear, nick });
    expect([client.nick, client.account]).toEqual([nick, 'app']);
    expect(await whoisNumerics(client)).toContain('671');
    const text = await (await fetch(heardUrl)).text();
    expect(text).toContain('CAP LS 302');
    expect(text).not.toMatch(/AUTHENTICATE|PASS|CAP REQ/);
  });

  it('gets it at once the next time, where its demand is kept', async () => {
    const stsStore = new Map<string, StsPolicy>();
    await using first = await connect({ ...clear, nick: newNick(), stsStore });
    await first.close();
    expect(stsStore.get(hostname)).toMatchObject({ port: ergoWithSts.tlsPort, durationS: 3600 });
    const dead = { ...clear, port: 1, nick: newNick(), stsStore };
    await using second = await connect(dead);
    expect(await whoisNumerics(second)).toContain('671');
  });
});

describe.concurrent('the end', () => {
  it('a client that closes has quit, and says why', async () => {
    const [nick, channel] = [newNick(), `#end-${newNick()}`];
    await using witness = await connect({
      hostname,
      port: inspircd.tlsPort,
      nick: newNick(),
      channels: [channel],
    });
    const leaving = await connect({ hostname, port: inspircd.tlsPort, nick, channels: [channel] });
    await leaving.close('Fair winds');
    for await (const event of witness) {
      if (event.type !== 'quit') continue;
      expect(event).toMatchObject({ from: { nick }, reason: 'Quit: Fair winds', channels: [channel] });
      break;
    }
    expect(witness.user(nick)).toBeUndefined();
    expect((await failure(leaving.join(channel))).code).toBe('closed');
  });

  it('a client that is killed hears it, and what was under way is rejected', async () => {
    const nick = newNick();
    await using operator = await connect({ hostname, port: inspircd.tlsPort, nick: newNick() });
    await operator.request('OPER', ['operator', 'operator-password']);
    await using victim = await connect({ hostname, port: inspircd.tlsPort, nick });
    const ending = failure(
      (async () => {
        for await (const _event of victim);
      })(),
    );
    await operator.request('KILL', [nick, 'Overboard']);
    expect(await ending).toMatchObject({ code: 'connection_lost', server: { code: 'ERROR' } });
    expect(['connection_lost', 'closed']).toContain((await failure(victim.request('TIME'))).code);
  });
});
