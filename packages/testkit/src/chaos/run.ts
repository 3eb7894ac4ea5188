// Runs one call again and again, with one fault one microtask later each time, until the call ends before its fault. It
// sleeps nowhere: between two microtasks nothing runs, so every await of the client is met.
import { isFairleadError } from '@fairlead/transport';
import { vi } from 'vitest';
import { listenForUnhandled } from '../unhandled/listen.ts';
import { actBehind, eventLoopTurn, type Outcome, settle, type Watched, watched } from './clock.ts';
import { Stage } from './stage.ts';
import { type ChaosLimits, type ChaosSubject, type Fault, markerOf } from './subject.ts';

/** A call's time limit. The clock stands still until a fault, or the end of the run, turns it. */
const TIMEOUT_MS = 5_000;
/** The limit of calls that no fault is meant for. */
const LONG_MS = 10_000;
/** How long anything may take on the turned clock until it counts as hung: a time limit, its cancellation, a close. */
const HANG_MS = 30_000;
/** No client takes so many microtasks for one call against a server in memory. */
const MAX_STEPS = 5_000;
/** So many steps are all tried, of those behind them one in so many. */
const EVERY_STEP_UP_TO = 32;
const STRIDE = 11;
/** Before `connect` there is no client; its run is named so. */
const CONNECT = 'connect';
/** How a call on a connection that has ended fails. */
const ENDED: readonly string[] = ['connection_lost', 'closed'];

/** How a call on a mute connection fails, or one that opens another. */
const TOO_LATE: readonly string[] = ['timeout', 'connect_timeout'];

/** What one call made of one fault at every moment. */
export interface ChaosReport {
  /** `query, abort`. */
  readonly run: string;
  /** At how many moments the fault was injected. */
  readonly steps: number;
  /** What went wrong: `step 12: ...`. Empty when all is well. */
  readonly violations: readonly string[];
}

/** Options of `runChaos`. */
export interface ChaosOptions {
  /** Every step, however many there are. Default: every one of the first 32, then every eleventh. */
  readonly full?: boolean;
}

/** The faults that are tried; `refuse` only where the subject's server can. */
export const FAULTS: readonly Fault[] = [
  'abort',
  'timeout',
  'close',
  'end',
  'reset',
  'destroy',
  'write',
  'mute',
  'refuse',
];

/**
 * Runs a call with one fault at every moment. It needs vitest's fake timers (`vi.useFakeTimers()`).
 *
 * Each time: the call settles, with a `FairleadError` if it fails, and if it succeeds the server has it; the next call on
 * the same client gets its own answer, or says that the connection has ended; the client closes, and then no connection is
 * open, no timer runs and no listener is left on the call's signal; the server saw nothing of a call that failed with
 * `safeToRetry`; no promise was rejected without a listener.
 * @param call A name of `subject.calls`, or `connect`.
 */
export async function runChaos<Client>(
  subject: ChaosSubject<Client>,
  call: string,
  fault: Fault,
  { full = false }: ChaosOptions = {},
): Promise<ChaosReport> {
  const violations: string[] = [];
  let steps = 0;
  let step = 0;
  // Vitest reports these as well, but not at which step.
  const stopListening = listenForUnhandled((reason) => {
    violations.push(`step ${step}: a rejection was not handled: ${describe(reason)}`);
  });
  for (let hit = true; hit; step += full || step < EVERY_STEP_UP_TO ? 1 : STRIDE) {
    const one = new Run(subject, call, fault);
    hit = await one.at(step);
    steps += 1;
    violations.push(...one.violations.map((text) => `step ${step}: ${text}`));
    if (step > MAX_STEPS) {
      violations.push(`the call takes more than ${MAX_STEPS} steps`);
      break;
    }
  }
  await eventLoopTurn();
  stopListening();
  return { run: `${call}, ${fault}`, steps, violations };
}

class Run<Client> {
  readonly violations: string[] = [];
  readonly #subject: ChaosSubject<Client>;
  readonly #call: string;
  readonly #fault: Fault;
  readonly #stage: Stage<Client>;
  readonly #abort = new AbortController();
  readonly #listeners: () => number;

  constructor(subject: ChaosSubject<Client>, call: string, fault: Fault) {
    this.#subject = subject;
    this.#call = call;
    this.#fault = fault;
    this.#stage = new Stage(subject, (what) => this.violations.push(what));
    this.#listeners = countListeners(this.#abort.signal);
  }

  /** @returns Whether the call was still under way at `step`. */
  async at(step: number): Promise<boolean> {
    const marker = `chaos${step}x`;
    const connecting = this.#call === CONNECT;
    const limits: ChaosLimits = { signal: this.#abort.signal, timeoutMs: TIMEOUT_MS };
    const forever: ChaosLimits = { signal: new AbortController().signal, timeoutMs: LONG_MS };
    const opened = connecting ? undefined : await this.#await('connect', watched(this.#stage.open(forever)));
    const client = opened?.value as Client | undefined;
    if (!connecting && client === undefined) {
      this.violations.push(`the client does not connect: ${describe(opened?.error)}`);
      return false;
    }
    const calls = this.#begin(client, limits, marker);
    const call = watched(Promise.allSettled(calls.map(({ promise }) => promise)));
    const hit = await actBehind(step, call, () => this.#inject(client));
    const settled = await this.#await(this.#call, call);
    for (const { watch } of calls) this.#judgeError(watch.outcome, marker);
    this.#stage.calm();
    await this.#afterwards(
      client ?? (connecting ? (calls[0]?.watch.outcome?.value as Client | undefined) : undefined),
      this.#fault === 'mute' ? { ...forever, timeoutMs: TIMEOUT_MS } : forever,
    );
    if (settled !== undefined) await this.#judgeEnd();
    // At the very end: what was under way when the call failed has arrived by then.
    calls.forEach(({ watch }, n) => {
      this.#judgeEffect(watch.outcome, calls.length === 1 ? marker : markerOf(marker, n));
    });
    return hit;
  }

  #begin(
    client: Client | undefined,
    limits: ChaosLimits,
    marker: string,
  ): { promise: Promise<unknown>; watch: Watched }[] {
    const call = this.#subject.calls[this.#call];
    if (client === undefined) return [both(this.#stage.open(limits))];
    if (call === undefined) throw new Error(`no call is named ${this.#call}`);
    const begun = call(client, limits, marker);
    return (begun instanceof Promise ? [begun] : begun).map(both);
  }

  #inject(client: Client | undefined): void {
    if (this.#fault === 'abort') this.#abort.abort(new Error('chaos'));
    else if (this.#fault === 'timeout') vi.advanceTimersByTime(TIMEOUT_MS + 1);
    else if (this.#fault !== 'close') this.#stage.inject(this.#fault);
    else if (client !== undefined) this.#close('close meanwhile', client);
  }

  #close(what: string, client: Client): Watched {
    const closing = this.#subject.close(client);
    closing.catch((error: unknown) => this.violations.push(`${what} rejects: ${describe(error)}`));
    return watched(closing);
  }

  #judgeError(outcome: Outcome | undefined, marker: string): void {
    const error = outcome?.error;
    if (error === undefined) return;
    if (!isFairleadError(error)) this.violations.push(`a foreign error: ${describe(error)}`);
    else if (error.message.includes(marker) && this.#fault === 'abort')
      this.violations.push('the error repeats the text');
  }

  #judgeEffect(outcome: Outcome | undefined, marker: string): void {
    const { error } = outcome ?? {};
    const seen = this.#stage.seen.has(marker);
    if (isFairleadError(error) && error.safeToRetry && seen)
      this.violations.push(`${error.code} is safe to retry, and the server had it: ${error.message}`);
    const answers = this.#call !== CONNECT && !this.#subject.unanswered?.includes(this.#call);
    if (outcome !== undefined && error === undefined && answers && !seen)
      this.violations.push('the call succeeds, and the server had nothing of it');
  }

  /** The connection is in order, or it has ended; and it can be closed. */
  async #afterwards(client: Client | undefined, limits: ChaosLimits): Promise<void> {
    if (client === undefined) return;
    const first = await this.#probe(client, limits);
    // One call may be told what the connection has ended of; those behind it find that it has.
    const second = first === '' || this.#isEnd(first) ? first : await this.#probe(client, limits);
    if (second !== '' && !this.#isEnd(second))
      this.violations.push(`the next call does not work, and the connection has not ended: ${second}`);
    await this.#await('close', this.#close('close', client));
  }

  /** @returns What the next call fails with, its code in front; empty when it works. */
  async #probe(client: Client, limits: ChaosLimits): Promise<string> {
    const probe = await this.#await('the next call', watched(this.#subject.probe(client, limits)));
    if (probe?.value === false) this.violations.push('the next call got an answer that is not its own');
    const error = probe?.error;
    if (error === undefined) return '';
    if (isFairleadError(error)) return `${error.code}: ${error.message}`;
    this.violations.push(`the next call: a foreign error: ${describe(error)}`);
    return '';
  }

  /** Whether a call fails so on a connection that has ended. */
  #isEnd(failure: string): boolean {
    const [code = ''] = failure.split(':');
    return (
      ENDED.includes(code) ||
      (this.#fault === 'mute' && TOO_LATE.includes(code)) ||
      // The signal that a client was opened with ends its connection later.
      (this.#fault === 'abort' && this.#call === CONNECT && code === 'aborted')
    );
  }

  /** Behind the close nothing is left. */
  async #judgeEnd(): Promise<void> {
    await this.#await("the connections' end", watched(this.#stage.ended()));
    await eventLoopQuiet();
    const timers = vi.getTimerCount();
    if (timers > 0) this.violations.push(`${timers} timers are left`);
    vi.clearAllTimers();
    const listeners = this.#listeners();
    if (listeners > 0 && !this.#abort.signal.aborted)
      this.violations.push(`${listeners} listeners are left on the signal`);
    this.#stage.check();
  }

  async #await(what: string, watch: Watched): Promise<Outcome | undefined> {
    const outcome = await settle(watch, HANG_MS);
    if (outcome === undefined) this.violations.push(`${what} never settles`);
    return outcome;
  }
}

function both(promise: Promise<unknown>): { promise: Promise<unknown>; watch: Watched } {
  return { promise, watch: watched(promise) };
}

/** What was resolved last has its consequences. */
async function eventLoopQuiet(): Promise<void> {
  for (let n = 0; n < 32; n += 1) await Promise.resolve();
}

/** @returns How many listeners the signal has. */
function countListeners(signal: AbortSignal): () => number {
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<AbortSignal['addEventListener']>) => {
    listeners.add(args[1]);
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<AbortSignal['removeEventListener']>) => {
    listeners.delete(args[1]);
    remove(...args);
  };
  return () => listeners.size;
}

/** A foreign error with its stack: that is what it is looked for by. */
function describe(error: unknown): string {
  if (isFairleadError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}
