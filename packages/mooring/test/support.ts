// A server of one line a question, and its seat: what a pool needs, without a protocol.

import { FairleadError } from '@fairlead/errors';
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import { type AnswerTracker, type Berth, limitsOf, type PoolOptions, type Seat } from '../src/index.ts';
import { Pool } from '../src/pool/pool.ts';
import type { PooledConnection } from '../src/pool/pooled-connection.ts';

const encoder = new TextEncoder();

/** `question\n` is answered with `question!\n`. What the server does besides: */
export interface Server {
  /** Connections that were opened, in their order. */
  readonly opened: MemoryServer[];
  /** How many are open. */
  open: number;
  /** The most that were open at one time. */
  most: number;
  /** All that was asked. */
  readonly asked: string[];
  /** What refuses further connections. */
  refuse: 'no' | 'full' | 'down' | 'silent';
  /** How long a login and an answer take. */
  loginMs: number;
  answerMs: number;
  /** How many cancellations have come, and what each does. */
  cancelled: number;
  onCancel: () => Promise<void> | void;
  /** Whether questions are answered. */
  answers: boolean;
  /** In what terms it is greeted. */
  terms: string;
}

/** Counts lines. */
class Lines implements AnswerTracker {
  #owed = 0;
  lastAnswer = '';
  needsReset = false;
  ends: number[] = [];

  sent(bytes: Uint8Array): void {
    this.#owed += count(bytes);
    this.needsReset = false;
  }

  received(bytes: Uint8Array): void {
    this.#owed -= count(bytes);
    this.ends = [...bytes.entries()].flatMap(([at, byte]) => (byte === 10 ? [at + 1] : []));
    this.lastAnswer = new TextDecoder().decode(bytes);
    this.needsReset = this.lastAnswer.startsWith('warn');
    if (this.#owed < 0) throw new FairleadError('protocol', 'An answer too many.');
  }

  get isIdle(): boolean {
    return this.#owed === 0;
  }
}

function count(bytes: Uint8Array): number {
  return bytes.filter((byte) => byte === 10).length;
}

/** A server, and a pool of connections to it. */
export function pooled(
  options: PoolOptions = {},
  more: Partial<ReturnType<typeof limitsOf>> = {},
  isShared = false,
) {
  const server: Server = {
    opened: [],
    open: 0,
    most: 0,
    asked: [],
    refuse: 'no',
    cancelled: 0,
    onCancel: () => undefined,
    answers: true,
    terms: 'terms',
    loginMs: 0,
    answerMs: 0,
  };
  const connector = memoryConnector(async (transport) => {
    server.opened.push(transport);
    server.open += 1;
    server.most = Math.max(server.most, server.open);
    void transport.closed.then(() => {
      server.open -= 1;
    });
    for (let bytes = await transport.read(); bytes !== undefined; bytes = await transport.read()) {
      for (const line of new TextDecoder().decode(bytes).split('\n').slice(0, -1)) {
        server.asked.push(line);
        if (line === 'bye') await transport.close();
        else if (server.answers) {
          if (server.answerMs > 0) await pause(server.answerMs);
          await transport.write(encoder.encode(`${line}!\n`));
        }
      }
    }
  });
  const seat: Seat = {
    protocol: 'lines',
    isShared,
    async open(): Promise<Berth> {
      if (server.refuse === 'full')
        throw new FairleadError('server', 'full', { server: { code: 'FULL', message: '' } });
      if (server.refuse === 'silent') await new Promise(() => {});
      if (server.refuse === 'down') throw new FairleadError('connect_failed', 'down');
      if (server.loginMs > 0) await pause(server.loginMs);
      const transport = await connector({ hostname: 'server.test', port: 1000 });
      const tracker = new Lines();
      return {
        transport,
        tracker,
        greeting: 'hello',
        terms: server.terms,
        resetBytes: () => encoder.encode('reset\n'),
        get isReset() {
          return tracker.lastAnswer === 'reset!\n';
        },
        checkBytes: () => encoder.encode('alive\n'),
        goodbyeBytes: () => encoder.encode('bye\n'),
        cancel: async () => {
          server.cancelled += 1;
          await server.onCancel();
        },
      };
    },
    isFull: (error) => error instanceof FairleadError && error.server?.code === 'FULL',
  };
  const limits = { ...limitsOf(options), ...more };
  const pool = new Pool({
    seat,
    settings: { url: 'lines://server.test', options: {} },
    limits,
    connector: undefined,
  });
  return { server, pool, seat, limits };
}

/** Asks one question on a borrowed connection. */
export async function ask(connection: PooledConnection, question: string): Promise<string> {
  void connection.write(encoder.encode(`${question}\n`));
  const bytes = await connection.read();
  return new TextDecoder().decode(bytes);
}

/** Lets what is due happen. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
