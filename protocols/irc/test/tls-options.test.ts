// What a caller wishes of TLS reaches the connector on each connection, and a client certificate logs in by SASL EXTERNAL.
import { scriptedPeer } from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { connect, type IrcOptions } from '../src/index.ts';
import { offering, type Peer, success } from './logins.ts';
import { HELLO, lines, outcome, WELCOME } from './wire.ts';

const CERTIFICATE = { cert: 'CERT', key: 'KEY' };

function recording(peer: Peer): { connector: Connector; seen: unknown[] } {
  const seen: unknown[] = [];
  const connector: Connector = (address, options) => {
    seen.push([address.port, options?.tls, options?.tlsOptions]);
    return peer.connector(address, options);
  };
  return { connector, seen };
}

describe('tls as an object', () => {
  it.each<[IrcOptions['tls'], number, string]>([
    [CERTIFICATE, 6697, 'implicit'],
    [{ ...CERTIFICATE, mode: 'starttls' }, 6667, 'starttls'],
  ])('dials with %j', async (tls, port, mode) => {
    const { connector, seen } = recording(scriptedPeer({ dial: 'refuse' }));
    expect(await outcome(connect('irc://me@irc.test', { tls, connector }))).toMatchObject({
      code: 'connect_failed',
    });
    expect(seen).toEqual([[port, mode, CERTIFICATE]]);
  });

  it('goes along where a server’s demand for TLS is followed', async () => {
    const demanding = scriptedPeer()
      .expect('STARTTLS\r\n')
      .sendLines(':irc.test 670 * :STARTTLS successful, go ahead with TLS handshake')
      .startTls()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :')
      .expect(lines('CAP END'))
      .sendLines(...WELCOME);
    const first = recording(demanding);
    const tls = { ca: 'CA', mode: 'starttls' } as const;
    await outcome(connect('irc://me@irc.test', { tls, connector: first.connector }));
    expect(first.seen).toEqual([[6667, 'starttls', { ca: 'CA' }]]);
    const kept = new Map([['irc.test', { port: 7000, durationS: 60, expiresAtMs: Date.now() + 60_000 }]]);
    const second = recording(scriptedPeer({ dial: 'refuse' }));
    await outcome(connect('irc://me@irc.test', { tls, stsStore: kept, connector: second.connector }));
    expect(second.seen).toEqual([[7000, 'implicit', { ca: 'CA' }]]);
  });

  it.each<IrcOptions>([
    { tls: { caFile: 'x' } as never },
    { tls: { cert: 'CERT' } },
    { tls: { ca: 'CA' }, saslMechanism: 'EXTERNAL' },
    { tls: CERTIFICATE, saslMechanism: 'EXTERNAL', password: 'pencil' },
  ])('refuses %j', async (options) => {
    const { connector, seen } = recording(scriptedPeer());
    const error = await outcome(connect('ircs://me@irc.test', { ...options, connector }));
    expect(error).toMatchObject({ code: 'usage' });
    expect(seen).toEqual([]);
  });
});

describe('EXTERNAL', () => {
  const external = { tls: CERTIFICATE, saslMechanism: 'EXTERNAL' } as const;

  it('logs in by the certificate alone', async () => {
    const peer = offering('sasl=PLAIN,EXTERNAL', 'EXTERNAL')
      .sendLines('AUTHENTICATE +')
      .expect(lines('AUTHENTICATE +'));
    const client = await connect('ircs://me@irc.test', { ...external, connector: success(peer).connector });
    expect(client.account).toBe('me');
    await client.close();
  });

  it('names the account where the caller does', async () => {
    const peer = offering('sasl=EXTERNAL', 'EXTERNAL')
      .sendLines('AUTHENTICATE +')
      .expect(lines(`AUTHENTICATE ${btoa('acct')}`))
      .sendLines(':irc.test 904 me :SASL authentication failed');
    const options = { ...external, username: 'acct', connector: peer.connector };
    expect(await outcome(connect('ircs://me@irc.test', options))).toMatchObject({ code: 'auth' });
  });

  it('is not replaced by another mechanism', async () => {
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :sasl=PLAIN')
      .expect(lines('CAP REQ :sasl'))
      .sendLines(':irc.test CAP me ACK :sasl');
    const error = await outcome(connect('ircs://me@irc.test', { ...external, connector: peer.connector }));
    expect(error).toMatchObject({ code: 'auth', safeToRetry: true });
  });
});
