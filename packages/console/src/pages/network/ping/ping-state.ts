// Pings several targets, request after request, until it is stopped.
import { FairleadProblem, tcpPingManyLines } from '@fairlead/sdk';
import { type Signal, signal } from '@preact/signals';
import { Work } from '../../../browser/async.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import { type Target, targetName } from '../targets/target.ts';
import { type PingSample, type Round, withSample } from './rounds.ts';

/** Where the gateway measured from, as it says. */
export interface Place {
  readonly colo?: string;
  readonly placement?: string;
}

/** What is measured, and how. */
export interface PingWish {
  readonly targets: readonly Target[];
  readonly tls: boolean;
  readonly intervalMs: number;
}

interface Result {
  readonly connection?: string;
  readonly address?: string;
  readonly error?: { readonly detail: string };
}

type PingLine =
  | { readonly sample: PingSample }
  | { readonly summary: Place & { readonly results: readonly Result[] } };

/** One request takes about as long: well below the gateway's limit. */
const REQUEST_MS = 10_000;
/** The gateway's own limit. */
const MAX_COUNT = 100;
/** At least so much is waited after a request in which nothing was reached. */
const PAUSE_MS = 1_000;
/** What says that a server is not reached, and not that the request was wrong. */
const LOSSES: readonly string[] = [
  'connect_failed',
  'connect_timeout',
  'tls_failed',
  'connection_lost',
  'timeout',
];

/** A ping that runs, or has run. */
export class PingState {
  readonly work = new Work();
  /** Those of the run, in the order of the chart's lines. */
  readonly targets: Signal<readonly Target[]> = signal([]);
  readonly rounds: Signal<readonly Round[]> = signal([]);
  readonly place: Signal<Place | undefined> = signal(undefined);
  /** Why targets cannot be reached, in the gateway's words, by their names. */
  readonly problems: Signal<ReadonlyMap<string, string>> = signal(new Map());
  readonly hasTls: Signal<boolean> = signal(false);
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Measures until it is stopped. */
  async start(wish: PingWish): Promise<void> {
    this.targets.value = wish.targets;
    this.hasTls.value = wish.tls;
    this.rounds.value = [];
    this.problems.value = new Map();
    await this.work.run(async (abort) => {
      const most = Math.max(1, Math.min(MAX_COUNT, Math.floor(REQUEST_MS / wish.intervalMs)));
      // Which targets are refused, and why, stands at the end of an answer: the first one is short.
      let count = 1;
      for (let base = 0; !abort.aborted; base += count, count = most) {
        const startedAt = performance.now();
        const isReached = await this.#request(wish, count, base, abort);
        const restMs = wish.intervalMs * count - (performance.now() - startedAt);
        await pause(isReached ? Math.min(restMs, wish.intervalMs) : Math.max(restMs, PAUSE_MS), abort);
      }
    });
  }

  /** @returns Whether any target was reached. */
  async #request(
    { targets, tls, intervalMs }: PingWish,
    count: number,
    base: number,
    abort: AbortSignal,
  ): Promise<boolean> {
    const body = { targets: [...targets], tls, count, intervalMs };
    const lines = this.#caller.run('tcpPingManyLines', tcpPingManyLines<PingLine>, { body, signal: abort });
    try {
      for await (const line of lines) {
        if ('sample' in line) this.#note(line.sample, base);
        else this.#sum(line.summary);
      }
      return true;
    } catch (error) {
      if (!(error instanceof FairleadProblem) || !LOSSES.includes(error.code)) throw error;
      this.problems.value = new Map([[targets.map(targetName).join(', '), error.message]]);
      return false;
    }
  }

  #note(sample: PingSample, base: number): void {
    const name = sample.connection ?? sample.address ?? '';
    const place = this.targets.peek().findIndex((target) => targetName(target) === name);
    if (place < 0) return;
    this.rounds.value = withSample(this.rounds.peek(), base + sample.n, place, sample, Date.now() / 1_000);
  }

  #sum({ results, colo, placement }: Place & { readonly results: readonly Result[] }): void {
    this.place.value = {
      ...(colo !== undefined && { colo }),
      ...(placement !== undefined && { placement }),
    };
    this.problems.value = new Map(
      results.flatMap(({ connection, address, error }) =>
        error === undefined ? [] : [[connection ?? address ?? '', error.detail] as const],
      ),
    );
  }
}

/** Waits, less long where it is stopped. */
function pause(ms: number, abort: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (abort.aborted || ms <= 0) return resolve();
    const end = () => {
      clearTimeout(timer);
      abort.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    abort.addEventListener('abort', end);
  });
}
