// Bare clients with one promise a command, settled in order. One sends ready-made bytes, parses nothing and only counts bytes: a
// client with a promise for each command has little more to win. The other one encodes and decodes.
import { rawSocket } from '../raw.ts';
import { rounds } from '../round.ts';
import { type Canned, COMMANDS, repeat } from './canned.ts';
import { type Client, subject } from './scenarios.ts';

/** Settles what waits by the socket's failure: that costs a command nothing as long as there is none. */
function failAll(waiting: readonly ((reply: Promise<never>) => void)[], error: unknown): void {
  for (const resolve of waiting) resolve(Promise.reject(error));
}

/** Commands of one kind at a time: those that wait, and how many of them were sent and answered. */
async function openBound(port: number): Promise<Client> {
  const socket = await rawSocket(port);
  let kind: Canned = COMMANDS.small;
  let requests: Uint8Array = new Uint8Array(0);
  let waiting: ((reply?: Promise<never>) => void)[] = [];
  let sent = 0;
  let settled = 0;
  let bytes = 0;
  let isReading = false;

  const settle = (chunk: Uint8Array): void => {
    bytes += chunk.length;
    for (; bytes >= kind.replyBytes; bytes -= kind.replyBytes) waiting[settled++]?.();
  };
  const read = async (): Promise<void> => {
    isReading = true;
    try {
      while (settled < sent) await socket.readOnce(settle);
    } catch (error) {
      failAll(waiting.slice(settled), error);
      settled = sent;
    }
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

/** How long a command may take. */
const LIMIT_MS = 10_000;

/** A command that waits. */
interface Waiting {
  readonly resolve: (reply: string | Promise<never>) => void;
  readonly deadline: number;
}

/** The same with what no client can leave out: commands are encoded, replies decoded to text, and each has a time limit. */
async function openText(port: number): Promise<Client> {
  const socket = await rawSocket(port);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let unsent = new Uint8Array(65_536);
  let length = 0;
  let rest = new Uint8Array(0);
  let waiting: Waiting[] = [];
  let settled = 0;
  let now = 0;
  let isReading = false;
  /** One timer for all. */
  let timer: ReturnType<typeof setTimeout> | undefined;

  const settle = (chunk: Uint8Array): void => {
    let bytes = chunk;
    if (rest.length > 0) {
      bytes = new Uint8Array(rest.length + chunk.length);
      bytes.set(rest);
      bytes.set(chunk, rest.length);
    }
    let at = 0;
    for (let reply = next(bytes, at); reply !== undefined; reply = next(bytes, at)) {
      waiting[settled++]?.resolve(decoder.decode(bytes.subarray(reply.from, reply.to)));
      at = reply.to + 2;
    }
    rest = bytes.slice(at);
  };
  const read = async (): Promise<void> => {
    isReading = true;
    try {
      while (settled < waiting.length) await socket.readOnce(settle);
    } catch (error) {
      failAll(
        waiting.slice(settled).map(({ resolve }) => resolve),
        error,
      );
      settled = waiting.length;
    }
    isReading = false;
  };
  const flush = (): void => {
    for (let at = 0; at < length; at += 65_536)
      void socket.write(unsent.subarray(at, Math.min(at + 65_536, length)));
    length = 0;
    if (!isReading) void read();
  };
  const ask = (...words: readonly string[]): Promise<unknown> => {
    if (settled === waiting.length) {
      waiting = [];
      settled = 0;
    }
    if (length === 0) {
      now = Date.now();
      void Promise.resolve().then(flush);
    }
    let text = `*${words.length}\r\n`;
    for (const word of words) text += `$${word.length}\r\n${word}\r\n`;
    if (unsent.length - length < text.length) {
      const more = new Uint8Array(unsent.length * 2);
      more.set(unsent);
      unsent = more;
    }
    length += encoder.encodeInto(text, unsent.subarray(length)).written;
    timer ??= setTimeout(() => undefined, LIMIT_MS);
    return new Promise((resolve) => waiting.push({ resolve, deadline: now + LIMIT_MS }));
  };
  return {
    get: (key) => ask('GET', key),
    set: (key, value) => ask('SET', key, value),
    close() {
      clearTimeout(timer);
      return socket.close();
    },
  };
}

/** Where the reply at `at` has its text: a simple string or a bulk string. */
function next(bytes: Uint8Array, at: number): { from: number; to: number } | undefined {
  const end = bytes.indexOf(0x0d, at);
  if (end < 0) return undefined;
  if (bytes[at] === 0x2b) return end + 2 <= bytes.length ? { from: at + 1, to: end } : undefined;
  let size = 0;
  for (let digit = at + 1; digit < end; digit += 1) size = size * 10 + (bytes[digit] ?? 0) - 0x30;
  const from = end + 2;
  return from + size + 2 <= bytes.length ? { from, to: from + size } : undefined;
}

export default rounds({ bound: subject(openBound), 'bound with text': subject(openText) });
