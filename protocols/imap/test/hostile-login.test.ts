// Logins that an attacker or a dishonest server takes part in: what was said in clear, proofs that are none, answers out of turn.
import { createHmac, pbkdf2Sync } from 'node:crypto';
import { scriptedPeer } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { describe, expect, it } from 'vitest';
import { connect, type ImapOptions } from '../src/index.ts';
import { caught } from './support/open.ts';

expectNoUnhandledRejection();

type Peer = ReturnType<typeof scriptedPeer>;

const open = (peer: Peer, options: ImapOptions = {}, target = 'imaps://ann@mail.test') =>
  connect(target, {
    password: 'the-secret',
    connector: peer.connector,
    timeoutMs: 900,
    connectTimeoutMs: 900,
    ...options,
  });

/** A server that knows the password, up to its last word. */
function scram(hash: 'SHA-1' | 'SHA-256', isHonest = true): Peer {
  const digest = hash === 'SHA-1' ? 'sha1' : 'sha256';
  let first = '';
  let challenge = '';
  let final = '';
  const proof = (): string => {
    const password = isHonest ? 'the-secret' : 'another';
    const salted = pbkdf2Sync(password, 'salt', 4096, hash === 'SHA-1' ? 20 : 32, digest);
    const key = createHmac(digest, salted).update('Server Key').digest();
    const signed = `${first.slice(3)},${challenge},${final.replace(/,p=.*/, '')}`;
    return createHmac(digest, key).update(signed).digest('base64');
  };
  return scriptedPeer()
    .sendLines(`* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=SCRAM-${hash}] hi`)
    .expectLine(new RegExp(`^A1 AUTHENTICATE SCRAM-${hash} `), (line) => {
      first = atob(line.split(' ')[3] ?? '');
      challenge = `r=${first.replace(/.*r=/, '')}server,s=${btoa('salt')},i=4096`;
    })
    .send(() => `+ ${btoa(challenge)}\r\n`)
    .expectLine(/./, (line) => {
      final = atob(line);
    })
    .send(() => `+ ${btoa(`v=${proof()}`)}\r\n`);
}

describe('SCRAM', () => {
  it.each(['SHA-1', 'SHA-256'] as const)('by %s knows an honest server', async (hash) => {
    await using peer = scram(hash).expectLine('').sendLines('A1 OK [CAPABILITY IMAP4rev1] in');
    const imap = await open(peer);
    expect(imap.server.mechanism).toBe(`SCRAM-${hash}`);
  });

  it('leaves a server that does not know the password, and one that proves nothing', async () => {
    await using liar = scram('SHA-256', false);
    expect(await caught(open(liar))).toMatchObject({ code: 'auth' });
    for (const early of ['A1 OK in', 'A1 OK [CAPABILITY IMAP4rev1] in']) {
      await using peer = scriptedPeer()
        .sendLines('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-256] hi')
        .expectLine(/AUTHENTICATE/)
        .sendLines(early);
      const error = await caught(open(peer));
      expect(['auth', 'protocol']).toContain((error as { code: string }).code);
    }
  });
});

describe('what was said in clear', () => {
  it('counts for nothing under TLS: capabilities, ENABLED, ID, alerts', async () => {
    let tag = '';
    const alerts: string[] = [];
    await using peer = scriptedPeer()
      .sendLines('* OK [ALERT] go to evil.test', '* CAPABILITY IMAP4rev1 STARTTLS')
      .expectLine(/CAPABILITY$/, () => undefined)
      .sendLines('* CAPABILITY IMAP4rev1 STARTTLS', 'A1 OK')
      .expectLine(/STARTTLS$/, (line) => {
        tag = line.split(' ')[0] ?? '';
      })
      .send(
        () =>
          `* ENABLED UTF8=ACCEPT\r\n* ID ("name" "evil")\r\n* OK [ALERT] really\r\n${tag} OK [CAPABILITY IMAP4rev1 X-EVIL] go\r\n`,
      )
      .startTls()
      .expectLine('A2 CAPABILITY')
      .sendLines('* OK [ALERT] honest', '* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR', 'A2 OK')
      .expectLine(/AUTHENTICATE/)
      .sendLines('A3 OK [CAPABILITY IMAP4rev1] in')
      .expectLine('A4 SELECT "Entw&APw-rfe"')
      .sendLines('* 0 EXISTS', 'A4 OK in');
    const imap = await open(peer, { onAlert: (text) => alerts.push(text) }, 'imap://ann@mail.test');
    expect([...imap.server.capabilities]).toEqual(['IMAP4REV1']);
    expect(imap.server.id).toBeUndefined();
    expect(alerts).toEqual(['honest']);
    await imap.select('Entwürfe');
  });
});

describe('options', () => {
  it.each([{ name: 'a\r\nA9 LOGOUT' }, { 'a\r\nb': 'c' }, { name: 'a\0' }, { name: '\ud800' }])(
    'refuse the id %j before anything is sent',
    async (id) => {
      await using peer = scriptedPeer();
      expect(await caught(open(peer, { id }))).toMatchObject({ code: 'usage' });
    },
  );

  it.each(['a\r\nA9 LOGOUT', 'a\0b'])('never send the user name %j', async (username) => {
    await using peer = scriptedPeer().sendLines('* OK [CAPABILITY IMAP4rev1] hi');
    expect(await caught(open(peer, { username }, 'imaps://mail.test'))).toMatchObject({ code: 'usage' });
  });
});
