// An IRC server that negotiates capabilities and lets everyone in: a real one looks up names, which hides what a client
// costs. It checks nothing, keeps nothing and has no channels.
import { createServer, type Socket } from 'node:net';
import { listen, type RunningServer } from './server.ts';

/** What a server of today lists (ergo's, without a login). */
const CAPABILITIES =
  'account-notify account-tag away-notify batch cap-notify chghost draft/chathistory draft/multiline echo-message ' +
  'extended-join invite-notify labeled-response message-tags multi-prefix server-time setname standard-replies userhost-in-names';
const GREETING = [
  '001 bench :Welcome to the Bench network',
  '002 bench :Your host is irc.bench',
  '003 bench :This server was created today',
  '004 bench irc.bench bench-1 iosw biklmnopstv bklov',
  '005 bench NETWORK=Bench CASEMAPPING=ascii CHANTYPES=# PREFIX=(qov)~@+ CHANMODES=beI,k,l,imnpst :are supported',
  '422 bench :There is no MOTD',
];

/** Starts it on a free port. */
export async function startIrcWelcomer(): Promise<RunningServer> {
  const server = createServer(serve);
  return {
    port: await listen(server),
    what: 'a peer in Node that lets everyone in',
    stop: () => void server.close(),
  };
}

function serve(socket: Socket): void {
  let rest = '';
  let isNegotiating = false;
  let hasUser = false;
  let isIn = false;
  const answers = (line: string): string[] => {
    if (line.startsWith('CAP LS') || line.startsWith('CAP REQ')) isNegotiating = true;
    else if (line.startsWith('CAP END')) isNegotiating = false;
    else if (line.startsWith('USER')) hasUser = true;
    if (line.startsWith('CAP LS')) return [`CAP * LS :${CAPABILITIES}`];
    if (line.startsWith('CAP REQ')) return [`CAP * ACK ${line.slice(8)}`];
    if (isNegotiating || !hasUser || isIn) return [];
    isIn = true;
    return GREETING;
  };
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const lines = `${rest}${chunk}`.split('\r\n');
    rest = lines.pop() ?? '';
    const text = lines.flatMap(answers).map((line) => `:irc.bench ${line}\r\n`);
    if (text.length > 0) socket.write(text.join(''));
    if (lines.some((line) => line.startsWith('QUIT'))) socket.end('ERROR :Bye\r\n');
  });
}
