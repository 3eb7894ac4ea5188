// Uploads and downloads of a page: a few at a time, each of which can be stopped and goes on where it ended.
import { type Signal, signal } from '@preact/signals';
import { persistently, waitFor } from './persistent.ts';

/** What becomes of a transfer. */
export type TransferState = 'waiting' | 'running' | 'done' | 'failed' | 'stopped';

/** So many run side by side. */
const AT_ONCE = 2;

/** What a transfer does; it is called again to go on. */
export interface TransferJob {
  readonly direction: 'up' | 'down';
  /** The file's name. */
  readonly name: string;
  /** In bytes; undefined where nobody knows yet. */
  readonly size: number | undefined;
  readonly run: (transfer: Transfer, signal: AbortSignal) => Promise<void>;
}

/** A transfer. */
export class Transfer {
  readonly id: number;
  readonly job: TransferJob;
  readonly state: Signal<TransferState> = signal<TransferState>('waiting');
  /** That have arrived. */
  readonly bytes: Signal<number> = signal(0);
  readonly size: Signal<number | undefined>;
  readonly error: Signal<unknown> = signal(undefined);
  /** Where it went on, if it did. */
  readonly resumedAt: Signal<number> = signal(0);
  #abort: AbortController | undefined;

  constructor(id: number, job: TransferJob) {
    this.id = id;
    this.job = job;
    this.size = signal(job.size);
  }

  /** Stops it; it can go on later. */
  stop(): void {
    if (this.state.peek() === 'waiting') this.state.value = 'stopped';
    this.#abort?.abort();
  }

  /** Runs to its end, whatever that is. Never rejects. */
  async run(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    const { signal: own } = abort;
    this.state.value = 'running';
    this.error.value = undefined;
    try {
      const attempt = () => this.job.run(this, own);
      await persistently(attempt, { progress: () => this.bytes.peek(), wait: waitFor, signal: own });
      this.state.value = 'done';
    } catch (error) {
      if (!own.aborted) this.error.value = error;
      this.state.value = own.aborted ? 'stopped' : 'failed';
    }
  }
}

/** The transfers of a page, in the order in which they were asked for. */
export class TransferQueue {
  readonly all: Signal<readonly Transfer[]> = signal<readonly Transfer[]>([]);
  readonly #onDone: (transfer: Transfer) => void;
  #count = 0;

  /** @param onDone Called for each that has succeeded. */
  constructor(onDone: (transfer: Transfer) => void) {
    this.#onDone = onDone;
  }

  add(jobs: readonly TransferJob[]): void {
    const added = jobs.map((job) => {
      this.#count += 1;
      return new Transfer(this.#count, job);
    });
    this.all.value = [...this.all.peek(), ...added];
    this.#pump();
  }

  /** Lets one that failed or was stopped go on. */
  resume(transfer: Transfer): void {
    transfer.state.value = 'waiting';
    this.#pump();
  }

  stopAll(): void {
    for (const transfer of this.all.peek()) transfer.stop();
  }

  /** Takes those away that are over. */
  clear(): void {
    this.all.value = this.all.peek().filter(({ state }) => isGoingOn(state.peek()));
  }

  #pump(): void {
    const all = this.all.peek();
    let running = all.filter(({ state }) => state.peek() === 'running').length;
    for (const transfer of all) {
      if (running >= AT_ONCE) return;
      if (transfer.state.peek() !== 'waiting') continue;
      running += 1;
      void transfer.run().then(() => {
        if (transfer.state.peek() === 'done') this.#onDone(transfer);
        this.#pump();
      });
    }
  }
}

/** Whether a transfer waits or runs. */
export function isGoingOn(state: TransferState): boolean {
  return state === 'waiting' || state === 'running';
}
