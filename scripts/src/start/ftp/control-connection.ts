// A control connection of the local FTP server: lines in, one command at a time, replies out.
import type { Socket } from 'node:net';
import { COMMANDS, OPEN_COMMANDS } from './commands.ts';
import type { FtpSession } from './session.ts';

const MAX_LINE_BYTES = 4096;
const MAX_WAITING_COMMANDS = 100;

/** Serves a control connection until it ends. */
export function serveFtp(socket: Socket, session: FtpSession, idleMs: number): void {
  let held = Buffer.alloc(0);
  let waiting = 0;
  let turn = Promise.resolve();
  session.say = (reply) => socket.write(`${reply}\r\n`);
  socket.setTimeout(idleMs, () => socket.end('421 Too long without a command\r\n'));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => session.close());
  socket.on('data', (chunk) => {
    held = Buffer.concat([held, chunk]);
    for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10)) {
      const line = held.toString('utf8', 0, end).replace(/\r$/, '');
      held = held.subarray(end + 1);
      waiting += 1;
      if (/^ABOR$/i.test(line)) session.abort();
      turn = turn.then(async () => {
        await answer(line, socket, session);
        waiting -= 1;
      });
    }
    if (held.length > MAX_LINE_BYTES || waiting > MAX_WAITING_COMMANDS)
      socket.end('421 Too much at once\r\n');
  });
  session.say('220 Fairlead keeps files in a scratch folder');
}

async function answer(line: string, socket: Socket, session: FtpSession): Promise<void> {
  const [, verb = '', argument = ''] = /^(\w+)(?: (.*))?$/.exec(line) ?? [];
  session.command = verb.toUpperCase();
  if (session.command === 'QUIT') {
    socket.end('221 Goodbye\r\n');
    return;
  }
  session.say(await reply(session, argument));
  // Both hold for the next command alone.
  if (session.command !== 'REST') session.restartAt = 0;
  if (session.command !== 'RNFR') session.renameFrom = undefined;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: '550 No such file or directory',
  ENOTDIR: '550 Not a directory',
  EISDIR: '550 Is a directory',
  ENOTFILE: '550 Not a plain file',
  EEXIST: '550 It is there already',
  ENOTEMPTY: '550 The directory is not empty',
  EACCES: '550 Permission denied',
};

async function reply(session: FtpSession, argument: string): Promise<string> {
  const open = OPEN_COMMANDS.get(session.command);
  const command = open ?? COMMANDS.get(session.command);
  if (!command) return '502 There is no such command here';
  if (!open && !session.login.isDone) return '530 Please log in';
  if (argument.includes('\0')) return '501 NUL is no part of a name';
  try {
    return await command(argument, session);
  } catch (error) {
    return REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? '451 That failed';
  }
}
