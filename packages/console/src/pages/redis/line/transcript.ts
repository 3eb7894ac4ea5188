// What was asked on the command line, and what came back.
import { type Signal, signal } from '@preact/signals';
import { Work } from '../../../browser/async.ts';
import { wordsOf } from '../../../ui/feedback/words.ts';
import type { Argument } from '../wire/argument.ts';
import type { Redis } from '../wire/redis.ts';
import { elsewhere, isProse } from './caution.ts';
import { printReply } from './print.ts';
import { splitLine } from './split.ts';

/** Entries that are kept. */
const KEPT = 200;
/** A command that waits in the server, such as BLPOP, is given up after so long. */
const TIMEOUT_MS = 120_000;

/** A command and its answer. */
export interface Entry {
  readonly id: number;
  /** As it was typed. */
  readonly line: string;
  /** As redis-cli prints it; undefined while it is waited for. */
  readonly answer: string | undefined;
  readonly isError: boolean;
  readonly ms: number | undefined;
}

/** The command line of one tab. */
export class Transcript {
  readonly work = new Work();
  readonly entries: Signal<readonly Entry[]> = signal([]);
  readonly #redis: Redis;
  #ids = 0;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Sends a line. What fails becomes its answer. */
  async run(line: string): Promise<void> {
    const startedAt = performance.now();
    const id = ++this.#ids;
    this.entries.value = [
      ...this.entries.peek().slice(1 - KEPT),
      { id, line, answer: undefined, isError: false, ms: undefined },
    ];
    const [answer, isError] = (await this.work.run((abort) => this.#answer(line, abort))) ?? [
      '(stopped)',
      true,
    ];
    const ms = performance.now() - startedAt;
    this.entries.value = this.entries
      .peek()
      .map((entry) => (entry.id === id ? { ...entry, answer, isError, ms } : entry));
  }

  /** Forgets what was said. */
  clear(): void {
    this.entries.value = [];
  }

  async #answer(line: string, abort: AbortSignal): Promise<readonly [string, boolean]> {
    try {
      const command: readonly Argument[] = splitLine(line);
      const other = elsewhere(command);
      if (other !== undefined) return [other, true];
      const reply = await this.#redis.ask(command, { signal: abort, timeoutMs: TIMEOUT_MS, retries: 0 });
      return [printReply(reply, isProse(command)), reply.type === 'error'];
    } catch (error) {
      abort.throwIfAborted();
      const { title, detail, wayOut } = wordsOf(error);
      return [`${title}. ${detail} ${wayOut}`.trim(), true];
    }
  }
}
