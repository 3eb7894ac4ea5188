// For tests: a client with a password, and servers that ask for it.
import { scriptedPeer } from '@fairlead/testkit';
import { connect, type IrcOptions } from '../src/index.ts';
import { HELLO, lines, WELCOME } from './wire.ts';

/** A scripted server. */
export type Peer = ReturnType<typeof scriptedPeer>;
/** What must be seen nowhere. */
export const PASSWORD = 'pencil';
/** Connects with it. */
export const dial = (peer: Peer, options: IrcOptions = {}, url = `ircs://me:${PASSWORD}@irc.test`) =>
  connect(url, { connector: peer.connector, ...options });
/** Base64. */
export const encode = (text: string) => btoa(text);

/** A server that offers these mechanisms, up to the first AUTHENTICATE. */
export function offering(sasl: string, mechanism: string): Peer {
  return scriptedPeer()
    .expect(lines(...HELLO))
    .sendLines(`:irc.test CAP * LS :${sasl}`)
    .expect(lines('CAP REQ :sasl'))
    .sendLines(':irc.test CAP me ACK :sasl')
    .expect(lines(`AUTHENTICATE ${mechanism}`));
}

/** The server's word that the login has succeeded, and the welcome. */
export const success = (peer: Peer) =>
  peer
    .sendLines(
      ':irc.test 900 me me!~me@host.test me :You are now logged in',
      ':irc.test 903 me :SASL successful',
    )
    .expect(lines('CAP END'))
    .sendLines(...WELCOME);
