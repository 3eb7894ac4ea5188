// TLS: STS, STARTTLS, and what does not leave without it.
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it, vi } from 'vitest';
import type { IrcOptions, StsPolicy } from '../src/index.ts';
import { dial, encode, PASSWORD, type Peer, success } from './logins.ts';
import { HELLO, lines, outcome, WELCOME } from './wire.ts';

describe('without TLS', () => {
  const url = `irc://me:${PASSWORD}@irc.test`;

  it('sends no password in clear, by PLAIN or by PASS', async () => {
    const script = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :sasl=PLAIN')
      .expect(lines('CAP REQ :sasl'))
      .sendLines(':irc.test CAP * ACK :sasl');
    await expect(dial(script, {}, url)).rejects.toMatchObject({ code: 'auth', safeToRetry: true });
    await script.done();
    const pass = scriptedPeer()
      .expect(lines('CAP LS 302'))
      .sendLines(':irc.test CAP * LS :batch')
      .expect(lines('CAP REQ :batch'));
    const error = await outcome(dial(pass, { serverPassword: 'hunter2' }, 'irc://me@irc.test'));
    expect(error).toMatchObject({ code: 'auth', blame: 'local' });
    expect(String(error)).not.toContain('hunter2');
  });

  it('does so where that is allowed by name, behind the list of capabilities', async () => {
    const peer = scriptedPeer()
      .expect(lines('CAP LS 302'))
      .sendLines(':irc.test CAP * LS :')
      .expect(lines('PASS hunter2', 'NICK me', 'USER me 0 * me', 'CAP END'))
      .sendLines(...WELCOME);
    await dial(peer, { serverPassword: 'hunter2', allowCleartext: true }, 'irc://me@irc.test');
    await peer.done();
  });
});

describe('STS', () => {
  const url = `irc://me:${PASSWORD}@irc.test`;
  const seen: unknown[] = [];
  const recording = (peer: Peer): IrcOptions['connector'] => {
    seen.length = 0;
    return (address, options) => {
      seen.push({ ...address, tls: options?.tls });
      return peer.connector(address, options);
    };
  };

  it('goes over to TLS before anything secret is sent, and keeps the policy', async () => {
    const store = new Map<string, StsPolicy>();
    const peer = scriptedPeer()
      .expect(lines('CAP LS 302'))
      .sendLines(':irc.test CAP * LS :sts=duration=600,port=7000,future sasl=PLAIN')
      .nextConnection()
      .expect(lines('CAP LS 302', 'PASS hunter2', 'NICK me', 'USER me 0 * me'))
      .sendLines(':irc.test CAP * LS :sts=duration=600,port=7001')
      .expect(lines('CAP END'))
      .sendLines(...WELCOME);
    const before = Date.now();
    const options = { serverPassword: 'hunter2', stsStore: store, connector: recording(peer) };
    const client = await dial(peer, options, 'irc://me@IRC.test');
    expect(seen).toMatchObject([
      { port: 6667, tls: 'off' },
      { port: 7000, tls: 'implicit' },
    ]);
    const policy = store.get('irc.test');
    expect(policy).toMatchObject({ port: 7000, durationS: 600 });
    expect(policy?.expiresAtMs).toBeGreaterThanOrEqual(before + 600_000);
    store.clear();
    await client.close();
    // The time counts from the end of the connection.
    expect(store.get('irc.test')).toMatchObject({ port: 7000 });
  });

  it('does not go back to clear text when TLS fails', async () => {
    const peer = scriptedPeer({ tls: 'expired' })
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :sts=port=7000');
    const error = await outcome(dial(peer, { connector: recording(peer) }, url));
    expect(error).toMatchObject({ code: 'tls_failed' });
    expect(seen).toHaveLength(2);
  });

  it('follows a policy that is kept, until it expires', async () => {
    const store = new Map([['irc.test', { port: 7000, durationS: 60, expiresAtMs: Date.now() + 60_000 }]]);
    const peer = scriptedPeer({ dial: 'refuse' });
    await outcome(dial(peer, { stsStore: store, connector: recording(peer) }, url));
    await outcome(dial(peer, { stsStore: store, connector: recording(peer), tls: 'starttls' }));
    expect(seen).toMatchObject([{ port: 7000, tls: 'implicit' }]);
    store.set('irc.test', { port: 7000, durationS: 60, expiresAtMs: Date.now() - 1 });
    await outcome(dial(peer, { stsStore: store, connector: recording(peer) }, url));
    expect(seen).toMatchObject([{ port: 6667, tls: 'off' }]);
  });

  it('takes a policy back at duration 0, and ignores what is none', async () => {
    const store = new Map([['irc.test', { port: 6697, durationS: 60, expiresAtMs: Date.now() + 60_000 }]]);
    const secure = (value: string) =>
      scriptedPeer()
        .expect(lines(...HELLO))
        .sendLines(`:irc.test CAP * LS :sts=${value}`)
        .expect(lines('CAP END'))
        .sendLines(...WELCOME);
    await dial(secure('duration=x,port=y'), { stsStore: store }, 'ircs://me@irc.test');
    expect(store.size).toBe(1);
    await dial(secure('duration=0'), { stsStore: store }, 'ircs://me@irc.test');
    expect(store.size).toBe(0);
    const peer = secure('duration=9,port=99999');
    await dial(peer, { stsStore: store }, 'irc://me@irc.test');
    expect(store.size).toBe(0);
    expect(peer.connections).toBe(1);
  });

  it('does not loop', async () => {
    const set = vi.fn();
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :sts=port=7000')
      .nextConnection()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :sts=port=7000')
      .expect(lines('CAP END'))
      .sendLines(...WELCOME);
    await dial(peer, { stsStore: { get: () => undefined, set, delete: set } }, 'irc://me@irc.test');
    expect([peer.connections, set.mock.calls]).toEqual([2, []]);
  });
});

describe('STARTTLS', () => {
  const options: IrcOptions = { tls: 'starttls' };

  it('upgrades before anything else, and forgets what came before', async () => {
    const peer = scriptedPeer()
      .expect(lines('STARTTLS'))
      .sendLines(':irc.test NOTICE * :*** Looking up', ':irc.test 670 * :STARTTLS successful')
      .startTls()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :sasl=PLAIN')
      .expect(lines('CAP REQ :sasl'))
      .sendLines(':irc.test CAP * ACK :sasl')
      .expect(lines('AUTHENTICATE PLAIN'))
      .sendLines('AUTHENTICATE +')
      .expect(lines(`AUTHENTICATE ${encode('\0me\0pencil')}`));
    const client = await dial(success(peer), options);
    expect(client.account).toBe('me');
    await peer.done();
  });

  it.each<[string, string[]]>([
    ['a refusal', [':irc.test 691 * :STARTTLS failed']],
    ['an unknown command', [':irc.test 421 * STARTTLS :Unknown command']],
    ['not registered', [':irc.test 451 * STARTTLS :You have not registered']],
    ['a list of capabilities', [':irc.test CAP * LS :sasl=PLAIN']],
    ['a welcome', WELCOME],
    ['bytes behind the answer', [':irc.test 670 * :go', ':irc.test CAP * LS :sasl=PLAIN']],
    ['a part of a line behind the answer', [':irc.test 670 * :go\r\nCAP']],
    ['ERROR', ['ERROR :Closing link']],
  ])('sends nothing but STARTTLS on %s', async (_, answer) => {
    const peer = scriptedPeer()
      .expect(lines('STARTTLS'))
      .sendLines(...answer);
    await expect(dial(peer, options)).rejects.toMatchObject({ code: 'tls_failed' });
    // What came besides would make this fail.
    await peer.done();
  });

  it.each(['none', 'wrong-name', 'expired', 'untrusted'] as const)('fails on TLS that is %s', async (tls) => {
    const peer = scriptedPeer({ tls }).expect(lines('STARTTLS')).sendLines(':irc.test 670 * :go').startTls();
    await expect(dial(peer, options)).rejects.toMatchObject({ code: 'tls_failed' });
  });

  it('fails when the server goes away, or says nothing', async () => {
    const gone = scriptedPeer().expect(lines('STARTTLS')).close();
    await expect(dial(gone, options)).rejects.toMatchObject({ code: 'connection_lost' });
    const silent = scriptedPeer().expect(lines('STARTTLS')).stall();
    await expect(dial(silent, { ...options, connectTimeoutMs: 20 })).rejects.toMatchObject({
      code: 'connect_timeout',
    });
  });
});
