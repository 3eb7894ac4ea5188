// A bare client: ready-made bytes, one promise a command, settled in order. It parses nothing and only counts bytes, so a
// client with a promise for each command has little more to win.
import { rawSocket } from '../raw.ts';
import { rounds } from '../round.ts';
import { type Canned, COMMANDS, repeat } from './canned.ts';
import { type Client, subject } from './scenarios.ts';

/** Commands of one kind at a time: those that wait, and how many of them were sent and answered. */
async function openBound(port: number): Promise<Client> {
  const socket = await rawSocket(port);
  let kind: Canned = COMMANDS.small;
  let requests: Uint8Array = new Uint8Array(0);
  let waiting: ((reply: undefined) => void)[] = [];
  let sent = 0;
  let settled = 0;
  let bytes = 0;
  let isReading = false;

  const settle = (chunk: Uint8Array): void => {
    bytes += chunk.length;
    for (; bytes >= kind.replyBytes; bytes -= kind.replyBytes) waiting[settled++]?.(undefined);
  };
  const read = async (): Promise<void> => {
    isReading = true;
    while (settled < sent) await socket.readOnce(settle);
    isReading = false;
  };
  const flush = (): void => {
    const size = kind.command.length;
    if (requests.length < waiting.length * size) requests = repeat(kind.command, waiting.length);
    const end = waiting.length * size;
    for (let at = sent * size; at < end; at += 65_536)
      void socket.write(requests.subarray(at, Math.min(at + 65_536, end)));
    sent = waiting.length;
    if (!isReading) void read();
  };
  const ask = (next: Canned): Promise<unknown> => {
    if (settled === waiting.length) {
      waiting = [];
      sent = settled = 0;
      if (kind !== next) requests = new Uint8Array(0);
      kind = next;
    }
    if (sent === waiting.length) void Promise.resolve().then(flush);
    return new Promise((resolve) => waiting.push(resolve));
  };
  return {
    get: (key) => ask(key === 'big' ? COMMANDS.big : COMMANDS.small),
    set: () => ask(COMMANDS.set),
    close: () => socket.close(),
  };
}

export default rounds({ bound: subject(openBound) });
