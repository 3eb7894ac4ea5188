// The SMTP, IRC and Gopher clients by themselves in Node, over node:net and node:tls.
import { fetch as fetchGopher } from '@fairlead/gopher';
import { connect as connectIrc } from '@fairlead/irc';
import { connect as connectSmtp } from '@fairlead/smtp';
import { describe, expect, inject, it } from 'vitest';
import { newNick, nextEvent } from '../modules/irc.ts';
import { isWhole, newBox, received } from '../modules/mailbox.ts';
import { BAD_CERTIFICATES, failure } from '../modules/support.ts';

const { postfix, opensmtpd, exim, ergo, inspircd, pygopherd, gophernicus } = inject('servers');
const hostname = 'localhost';

describe('SMTP', () => {
  const login = { hostname, username: 'app', password: 'app-password' };

  it.each([
    ['Postfix', postfix],
    ['OpenSMTPD', opensmtpd],
    ['Exim', exim],
  ])('%s, by STARTTLS and by TLS', async (_name, { port, tlsPort, mailboxUrl }) => {
    for (const way of [{ port }, { port: tlsPort, tls: true }]) {
      await using client = await connectSmtp({ ...login, ...way });
      expect(client.peer.tls).toBe(true);
      const box = newBox();
      const header = `From: <app@mail.test>\r\nMessage-ID: <1@mail.test>\r\nDate: ${new Date().toUTCString()}\r\n`;
      const message = new TextEncoder().encode(`${header}\r\n.\r\nGöteborg\r\n`);
      await client.sendRaw({ from: 'app@mail.test', to: box }, message);
      expect(isWhole(await received(mailboxUrl, box), message)).toBe(true);
    }
  });

  it.each(BAD_CERTIFICATES)('the certificate %s is `tls_failed`', async (kind) => {
    const error = await failure(connectSmtp({ ...login, port: postfix.refusedPorts[kind] }));
    expect(error.code).toBe('tls_failed');
  });
});

describe('IRC', () => {
  it.each([
    ['Ergo, TLS', { port: ergo.tlsPort, username: 'app', password: 'app-password' }],
    ['InspIRCd, STARTTLS', { port: inspircd.plainPort, tls: 'starttls' as const }],
  ])('%s', async (_name, options) => {
    const channel = `#${newNick()}`;
    const join = () => connectIrc({ hostname, ...options, nick: newNick(), channels: [channel] });
    const [first, second] = await Promise.all([join(), join()]);
    await using alice = first;
    await using bob = second;
    await alice.say(channel, 'Ahoy from 横浜');
    expect(await nextEvent(bob, 'message')).toMatchObject({
      text: 'Ahoy from 横浜',
      from: { nick: alice.nick },
    });
  });

  it.each(BAD_CERTIFICATES)('the certificate %s is `tls_failed`', async (kind) => {
    const options = { hostname, port: ergo.refusedPorts[kind], nick: newNick() };
    expect((await failure(connectIrc(options))).code).toBe('tls_failed');
  });
});

describe('Gopher', () => {
  it.each([
    ['Gophernicus', `gopher://localhost:${gophernicus.plainPort}`],
    ['Gophernicus, TLS', `gophers://localhost:${gophernicus.tlsPort}`],
    ['Pygopherd', `gopher://localhost:${pygopherd.plainPort}`],
  ])('%s', async (_name, root) => {
    expect((await (await fetchGopher(root)).menu()).length).toBeGreaterThan(5);
    expect((await (await fetchGopher(`${root}/9/random.bin`)).bytes()).length).toBe(1_048_586);
  });

  it.each(BAD_CERTIFICATES)('the certificate %s is `tls_failed`', async (kind) => {
    const target = `gophers://localhost:${gophernicus.refusedPorts[kind]}/`;
    expect((await failure(fetchGopher(target))).code).toBe('tls_failed');
  });
});
