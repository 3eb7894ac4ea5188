// A server of a line protocol in a Worker: commands in lines, each answered with one line. A caller's sum lives as long as its
// connection.
import { decodeUtf8Lossy, LineDecoder } from '@fairlead/bytes';
import { isFairleadError } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { serve } from '@fairlead/transport/serve';

/** No line is longer: a client that sends more is told so, and its connection ends. */
const MAX_LINE_BYTES = 512;
/** No connection asks for more. */
const MAX_COMMANDS = 1_000;
/** A client that says nothing for so long is gone. */
const IDLE_TIMEOUT_MS = 30_000;
/** No connection lasts longer. */
const TOTAL_TIMEOUT_MS = 600_000;

const HELP = 'ADD number | SUM | ECHO text | QUIT';

/** What one connection remembers. */
interface Session {
  sum: number;
}

/** The answer to each command. */
const COMMANDS: Readonly<Record<string, (argument: string, session: Session) => string>> = {
  ADD: (argument, session) => {
    const number = Number(argument);
    if (argument === '' || !Number.isFinite(number)) return 'ERR ADD takes a number';
    session.sum += number;
    return `OK ${session.sum}`;
  },
  SUM: (_, { sum }) => `OK ${sum}`,
  ECHO: (argument) => `OK ${argument}`,
  HELP: () => `OK ${HELP}`,
};

function answer(line: string, session: Session): string {
  const [, command = '', argument = ''] = /^(\S*) ?(.*)$/s.exec(line) ?? [];
  const run = Object.hasOwn(COMMANDS, command.toUpperCase()) ? COMMANDS[command.toUpperCase()] : undefined;
  return run?.(argument, session) ?? `ERR no such command; there are ${HELP}`;
}

/** The client's lines, until it has ended its direction. @throws FairleadError `limit` for a line that is too long. */
async function* linesOf(transport: Transport): AsyncGenerator<string> {
  const lines = new LineDecoder({ maxLineBytes: MAX_LINE_BYTES, lineEnd: 'lenient' });
  for (let bytes = await transport.read(); bytes !== undefined; bytes = await transport.read()) {
    lines.push(bytes);
    for (let line = lines.next(); line !== undefined; line = lines.next()) yield decodeUtf8Lossy(line);
    lines.keep();
  }
}

/** One connection, from the greeting to the end. */
async function talk(transport: Transport): Promise<void> {
  const encoder = new TextEncoder();
  // Awaited each time: a client that sends faster than it reads waits.
  const say = (line: string) => transport.write(encoder.encode(`${line}\r\n`));
  const session: Session = { sum: 0 };
  let commands = 0;
  await say(`OK ready: ${HELP}`);
  try {
    for await (const line of linesOf(transport)) {
      if (line.toUpperCase() === 'QUIT') return await say('OK bye');
      commands += 1;
      if (commands > MAX_COMMANDS) return await say('ERR too many commands: connect again');
      await say(answer(line, session));
    }
  } catch (error) {
    if (!isFairleadError(error) || error.code !== 'limit') throw error;
    await say(`ERR a line is longer than ${MAX_LINE_BYTES} bytes`);
  }
}

export default {
  // The client may end its direction behind its last command, as `nc` does, and still gets the answers.
  connect: serve(talk, {
    idleTimeoutMs: IDLE_TIMEOUT_MS,
    totalTimeoutMs: TOTAL_TIMEOUT_MS,
    allowHalfOpen: true,
  }),
} satisfies ExportedHandler;
