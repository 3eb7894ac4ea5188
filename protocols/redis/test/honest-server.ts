// A Redis server for the chaos tests: transactions, subscriptions, cursors and scripts as the real one has them, in RESP3.
import type { MemoryServer } from '@fairlead/testkit';
import { type ChaosWorld, markersIn } from '@fairlead/testkit/chaos';
import { bulk, confirmed, HELLO_REPLY, push } from './wire.ts';

/** How long a command waits that has the word `slow`, in microtasks. */
const SLOW = 40;

/** Serves one connection. */
export async function serveHonestly(server: MemoryServer, world: ChaosWorld): Promise<void> {
  const session = new HonestSession(world);
  const encoder = new TextEncoder();
  let rest = '';
  for (let chunk = await server.read(); chunk !== undefined; chunk = await server.read()) {
    rest += Buffer.from(chunk).toString('latin1');
    for (;;) {
      const command = readCommand(rest);
      if (command === undefined) break;
      if (command === 'malformed') {
        world.breach(`no command: ${JSON.stringify(rest.slice(0, 100))}`);
        return;
      }
      rest = rest.slice(command.length);
      if (command.words.includes('slow')) for (let n = 0; n < SLOW; n += 1) await Promise.resolve();
      await server.write(encoder.encode(session.answer(command.words)));
    }
  }
}

/** An array of bulk strings, as all commands are. */
function readCommand(text: string): { words: string[]; length: number } | undefined | 'malformed' {
  const head = /^\*(\d+)\r\n/.exec(text);
  if (head === null) return text === '' || /^\*\d*\r?$/.test(text) ? undefined : 'malformed';
  let at = head[0].length;
  const words: string[] = [];
  while (words.length < Number(head[1])) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at, at + 20));
    if (size === null) return /^(\$\d*\r?)?$/.test(text.slice(at)) ? undefined : 'malformed';
    const from = at + size[0].length;
    const to = from + Number(size[1]);
    if (text.length < to + 2) return undefined;
    if (text.slice(to, to + 2) !== '\r\n') return 'malformed';
    words.push(text.slice(from, to));
    at = to + 2;
  }
  return { words, length: at };
}

class HonestSession {
  readonly #world: ChaosWorld;
  readonly #channels = new Set<string>();
  readonly #scripts = new Set<string>();
  #isWelcome = false;
  #queue: string[][] | undefined;
  #isSpoilt = false;

  constructor(world: ChaosWorld) {
    this.#world = world;
  }

  answer(words: string[]): string {
    const name = words[0]?.toUpperCase() ?? '';
    if (name === 'HELLO') {
      if (this.#isWelcome) this.#world.breach('a second HELLO');
      this.#isWelcome = true;
      return HELLO_REPLY;
    }
    if (!this.#isWelcome) this.#world.breach(`${name} before HELLO`);
    if (name === 'EXEC') return this.#exec();
    if (name !== 'MULTI' && name !== 'UNSUBSCRIBE' && this.#world.refuses()) {
      this.#isSpoilt = this.#queue !== undefined;
      return '-OOM command not allowed when used memory > maxmemory\r\n';
    }
    if (name === 'MULTI') {
      if (this.#queue !== undefined) this.#world.breach('MULTI within MULTI');
      this.#queue = [];
      this.#isSpoilt = false;
      return '+OK\r\n';
    }
    if (this.#queue === undefined) return this.#run(name, words);
    this.#queue.push(words);
    return '+QUEUED\r\n';
  }

  #exec(): string {
    const queue = this.#queue;
    this.#queue = undefined;
    if (queue === undefined) {
      this.#world.breach('EXEC without MULTI');
      return '-ERR EXEC without MULTI\r\n';
    }
    if (this.#isSpoilt || this.#world.refuses())
      return '-EXECABORT Transaction discarded because of previous errors.\r\n';
    return `*${queue.length}\r\n${queue.map((words) => this.#run(words[0]?.toUpperCase() ?? '', words)).join('')}`;
  }

  #run(name: string, words: readonly string[]): string {
    if (name === 'EVALSHA' && !this.#scripts.has(words[1] ?? '')) return '-NOSCRIPT No matching script.\r\n';
    const [, key = ''] = words;
    // The first page of a scan is a call of its own.
    if (name !== 'SCAN' || key !== '0') {
      for (const marker of markersIn(words.join(' '))) this.#world.saw(marker);
    }
    switch (name) {
      case 'GET':
        if (key === 'probe' && this.#channels.size > 0) this.#world.breach('a channel is left subscribed to');
        return bulk(key);
      case 'SET':
      case 'WATCH':
      case 'UNWATCH':
        return '+OK\r\n';
      case 'PING':
        return '+PONG\r\n';
      case 'INCR':
      case 'EVAL':
        return ':1\r\n';
      case 'BLPOP':
        return `*2\r\n${bulk(key)}${bulk('x')}`;
      case 'SCAN':
        return `*2\r\n${bulk(key === '0' ? '7' : '0')}*2\r\n${bulk('a')}${bulk('b')}`;
      case 'SUBSCRIBE':
        this.#channels.add(key);
        return confirmed('subscribe', key, this.#channels.size) + push('message', key, 'hello');
      case 'UNSUBSCRIBE':
        this.#channels.delete(key);
        return confirmed('unsubscribe', key, this.#channels.size);
      default:
        return '-ERR unknown command\r\n';
    }
  }
}
