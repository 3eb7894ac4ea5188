// For tests: a scripted IRC server, and a client that has registered with it.
import { type ScriptedPeer, scriptedPeer } from '@fairlead/testkit';
import { connect, type IrcClient, type IrcOptions } from '../src/index.ts';

/** What servers say when they let a client in. */
export const WELCOME = [
  ':irc.test 001 me :Welcome to the Test network me!~me@host.test',
  ':irc.test 002 me :Your host is irc.test',
  ':irc.test 004 me irc.test TestIRCd-1.2 iosw biklmnopstv bklov',
  ':irc.test 005 me NETWORK=Test CASEMAPPING=rfc1459 CHANTYPES=# PREFIX=(qov)~@+ STATUSMSG=@+ :are supported',
  ':irc.test 005 me CHANMODES=beI,k,l,imnpst NICKLEN=30 USERLEN=10 :are supported',
  ':irc.test 422 me :MOTD File is missing',
];

/** The first lines of a client without credentials. */
export const HELLO = ['CAP LS 302', 'NICK me', 'USER me 0 * me'];

/** With all that this client asks for. */
export const ALL_CAPS =
  'message-tags server-time batch labeled-response echo-message account-notify away-notify chghost extended-join multi-prefix setname userhost-in-names draft/chathistory';

/** Expects lines, each with CR LF. */
export const lines = (...all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('');

/** A peer that lets `me` in with these capabilities; empty for a server that knows none. */
export function welcoming(caps = ''): ScriptedPeer {
  const peer = scriptedPeer().expect(lines(...HELLO));
  if (caps === '')
    return peer
      .sendLines(':irc.test CAP * LS :')
      .expect(lines('CAP END'))
      .sendLines(...WELCOME);
  return peer
    .sendLines(`:irc.test CAP * LS :${caps}`)
    .expect(lines(`CAP REQ :${caps}`))
    .sendLines(`:irc.test CAP me ACK :${caps}`)
    .expect(lines('CAP END'))
    .sendLines(...WELCOME);
}

/** A registered client and its peer. */
export async function open(
  caps = '',
  options: IrcOptions = {},
): Promise<{ peer: ScriptedPeer; client: IrcClient }> {
  const peer = welcoming(caps);
  const client = await connect('ircs://me@irc.test', {
    connector: peer.connector,
    flood: { intervalMs: 0 },
    ...options,
  });
  return { peer, client };
}

/** What a promise comes to, be it a rejection. */
export const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((reason: unknown) => reason);
