// Logins by SASL: every way through, and what a hostile server gets instead of a password.
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { dial, encode, offering, PASSWORD, type Peer, success } from './logins.ts';
import { HELLO, lines, outcome, WELCOME } from './wire.ts';

/** The server's side of SCRAM-SHA-256, as RFC 5802 section 3 has it. */
async function scramAnswers(
  clientFirst: string,
): Promise<{ first: string; final: (clientFinal: string) => Promise<string> }> {
  const utf8 = (text: string) => new TextEncoder().encode(text);
  const bare = atob(clientFirst).replace(/^n,,/, '');
  const nonce = `${/r=([^,]+)/.exec(bare)?.[1]}SERVER`;
  const salt = utf8('salt');
  const first = `r=${nonce},s=${btoa('salt')},i=4096`;
  const hmac = async (key: Uint8Array<ArrayBuffer>, data: string) => {
    const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
    ]);
    return new Uint8Array(await crypto.subtle.sign('HMAC', imported, utf8(data)));
  };
  const final = async (clientFinal: string) => {
    const key = await crypto.subtle.importKey('raw', utf8(PASSWORD), 'PBKDF2', false, ['deriveBits']);
    const settings = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 4096 };
    const salted = new Uint8Array(await crypto.subtle.deriveBits(settings, key, 256));
    const withoutProof = atob(clientFinal).replace(/,p=.*/, '');
    const signature = await hmac(await hmac(salted, 'Server Key'), `${bare},${first},${withoutProof}`);
    return `v=${btoa(String.fromCharCode(...signature))}`;
  };
  return { first, final };
}

/** The exchange of SCRAM up to the client's proof; `final` makes what the server then sends. */
function scramPeer(final: (proper: string) => string): Peer {
  let answers: Awaited<ReturnType<typeof scramAnswers>>;
  let last = '';
  return offering('sasl=PLAIN,SCRAM-SHA-256,EXTERNAL', 'SCRAM-SHA-256')
    .sendLines('AUTHENTICATE +')
    .expectLine(/^AUTHENTICATE /, (line) => {
      last = line.slice(13);
    })
    .call(async () => {
      answers = await scramAnswers(last);
    })
    .send(() => `AUTHENTICATE ${encode(answers.first)}\r\n`)
    .expectLine(/^AUTHENTICATE /, (line) => {
      last = line.slice(13);
    })
    .call(async () => {
      last = await answers.final(last);
    })
    .send(() => final(last));
}

describe('SASL', () => {
  it('logs in by PLAIN', async () => {
    const peer = offering('sasl=EXTERNAL,PLAIN', 'PLAIN')
      .sendLines('AUTHENTICATE +')
      .expect(lines(`AUTHENTICATE ${encode('\0me\0pencil')}`));
    const client = await dial(success(peer));
    expect(client.account).toBe('me');
    await peer.done();
  });

  it('logs in by SCRAM where the server has it, and checks the server', async () => {
    const peer = scramPeer((proper) => `AUTHENTICATE ${encode(proper)}\r\n`).expect(lines('AUTHENTICATE +'));
    const client = await dial(success(peer));
    expect(client.account).toBe('me');
    await peer.done();
  });

  it.each<[string, string, RegExp]>([
    ['a wrong signature', `AUTHENTICATE ${encode(`v=${encode('x'.repeat(32))}`)}\r\n`, /signature/],
    ['no signature', ':irc.test 903 me :SASL successful\r\n', /prove/],
    ['an error', `AUTHENTICATE ${encode('e=invalid-proof')}\r\n`, /invalid-proof/],
    ['another challenge', `AUTHENTICATE ${encode('r=x,s=y,i=1')}\r\n`, /signature/],
  ])('trusts no server that answers SCRAM with %s', async (_, answer, words) => {
    const peer = scramPeer(() => answer);
    await expect(dial(peer)).rejects.toThrow(words);
    await peer.done().catch(() => {});
  });

  it('cuts what it sends into 400 characters, and ends a full piece with +', async () => {
    // \0me\0 and 296 characters: 300 bytes, 400 characters of base64.
    const password = 'x'.repeat(296);
    const peer = offering('sasl=PLAIN', 'PLAIN')
      .sendLines('AUTHENTICATE +')
      .expect(lines(`AUTHENTICATE ${encode(`\0me\0${password}`)}`, 'AUTHENTICATE +'));
    await dial(success(peer), { password });
    await peer.done();
    const long = 'y'.repeat(400);
    const whole = encode(`\0account\0${long}`);
    const second = offering('sasl=PLAIN', 'PLAIN')
      .sendLines('AUTHENTICATE +')
      .expect(lines(`AUTHENTICATE ${whole.slice(0, 400)}`, `AUTHENTICATE ${whole.slice(400)}`));
    await dial(success(second), { username: 'account', password: long });
    await second.done();
  });

  it('joins a challenge that came in pieces', async () => {
    const challenge = encode('z'.repeat(450));
    const peer = offering('sasl=SCRAM-SHA-256', 'SCRAM-SHA-256')
      .sendLines('AUTHENTICATE +')
      .expectLine(/^AUTHENTICATE /)
      .sendLines(`AUTHENTICATE ${challenge.slice(0, 400)}`, `AUTHENTICATE ${challenge.slice(400)}`);
    await expect(dial(peer)).rejects.toMatchObject({ code: 'auth' });
  });

  it('takes another mechanism where the server names those it has', async () => {
    const peer = offering('sasl', 'SCRAM-SHA-256')
      .sendLines(':irc.test 908 me PLAIN,EXTERNAL :are available', ':irc.test 904 me :SASL failed')
      .expect(lines('AUTHENTICATE PLAIN'))
      .sendLines('AUTHENTICATE +')
      .expect(lines(`AUTHENTICATE ${encode('\0me\0pencil')}`));
    await dial(success(peer));
    await peer.done();
  });

  it('does not send the password by PLAIN because SCRAM has failed', async () => {
    const peer = offering('sasl=SCRAM-SHA-256,PLAIN', 'SCRAM-SHA-256').sendLines(
      ':irc.test 904 me :SASL failed',
    );
    await expect(dial(peer)).rejects.toMatchObject({ code: 'auth', server: { code: '904' } });
    await peer.done();
  });

  it.each<[string, string[], string]>([
    ['a wrong password', [':irc.test 904 me :SASL authentication failed'], '904'],
    ['a message that is too long', [':irc.test 905 me :SASL message too long'], '905'],
    ['an abort', [':irc.test 906 me :SASL aborted'], '906'],
    ['a nick that is locked', [':irc.test 902 me :You must use a nick assigned to you'], '902'],
    ['a login that was there before', [':irc.test 907 me :Already'], '907'],
  ])('fails on %s', async (_, answer, code) => {
    const peer = offering('sasl=PLAIN', 'PLAIN')
      .sendLines('AUTHENTICATE +')
      .expectLine(/^AUTHENTICATE /)
      .sendLines(...answer);
    const error = await outcome(dial(peer));
    expect(error).toMatchObject({ code: 'auth', server: { code } });
    expect(JSON.stringify(error) + String(error)).not.toContain(PASSWORD);
  });

  it.each<[string, (peer: Peer) => Peer]>([
    [
      'does not offer it',
      (peer) =>
        peer.sendLines(':irc.test CAP * LS :batch').expectLine(/REQ/).sendLines(':irc.test CAP * ACK :batch'),
    ],
    ['knows no capabilities', (peer) => peer.sendLines(':irc.test 421 me CAP :Unknown command')],
    [
      'refuses it',
      (peer) =>
        peer.sendLines(':irc.test CAP * LS :sasl').expectLine(/REQ/).sendLines(':irc.test CAP * NAK :sasl'),
    ],
    ['lets the client in without it', (peer) => peer.sendLines(...WELCOME)],
    [
      'has only EXTERNAL',
      (peer) =>
        peer
          .sendLines(':irc.test CAP * LS :sasl=EXTERNAL')
          .expectLine(/REQ/)
          .sendLines(':irc.test CAP * ACK :sasl'),
    ],
  ])('does not go on without a login where the server %s', async (_, script) => {
    const peer = script(scriptedPeer().expect(lines(...HELLO)));
    await expect(dial(peer)).rejects.toMatchObject({ code: 'auth' });
    await peer.done();
  });

  it.each<[string, readonly string[], string | undefined]>([
    ['succeeds', [':irc.test 900 me me!~me@host.test me :Logged in', ':irc.test 903 me :Done'], 'me'],
    ['fails', [':irc.test 904 me :SASL authentication failed'], undefined],
  ])('logs in later, once the server offers it: %s', async (_, outcomes, account) => {
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :batch')
      .expect(lines('CAP REQ :batch'))
      .sendLines(':irc.test CAP me ACK :batch')
      .expect(lines('CAP END'))
      .sendLines(...WELCOME);
    const client = await dial(peer, { saslRequired: false });
    peer
      .sendLines(':irc.test CAP me NEW :sasl=PLAIN')
      .expect(lines('CAP REQ :sasl'))
      .sendLines(':irc.test CAP me ACK :sasl')
      .expect(lines('AUTHENTICATE PLAIN'))
      .sendLines('AUTHENTICATE +')
      .expect(lines(`AUTHENTICATE ${encode(`\0me\0${PASSWORD}`)}`))
      // Behind CAP END there is no second one.
      .sendLines(...outcomes, 'PING x')
      .expect(lines('PONG x'));
    await peer.done();
    expect(client.account).toBe(account);
    peer.expect(lines('TIME', 'PING f1')).sendLines('PONG irc.test f1');
    await client.request('TIME');
  });

  it('goes on without a login where that is allowed by name', async () => {
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :')
      .expect(lines('CAP END'))
      .sendLines(...WELCOME);
    const client = await dial(peer, { saslRequired: false });
    expect(client.account).toBeUndefined();
  });

  it.each<[string, string]>([
    ['what is not base64', 'AUTHENTICATE !!!'],
    ['a challenge before the login', `AUTHENTICATE ${encode('hello')}`],
    ['success before the login', ':irc.test 903 me :SASL successful'],
  ])('fails on %s', async (_, line) => {
    const peer = offering('sasl=PLAIN', 'PLAIN').sendLines(line);
    const error = await outcome(dial(peer));
    expect(['auth', 'protocol']).toContain((error as { code: string }).code);
    await peer.done();
  });

  it('sets a cap on a challenge', async () => {
    const peer = offering('sasl=PLAIN', 'PLAIN').sendLines(
      ...Array(200).fill(`AUTHENTICATE ${'A'.repeat(400)}`),
    );
    await expect(dial(peer)).rejects.toMatchObject({ code: 'limit' });
  });
});
