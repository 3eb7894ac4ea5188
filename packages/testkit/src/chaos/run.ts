// Runs one call again and again, with one fault one microtask later each time, until the call ends before its fault. It
// sleeps nowhere: between two microtasks nothing runs, so every await of the client is met.
import { type Connector, FairleadError, isFairleadError, type Transport } from '@fairlead/transport';
import { vi } from 'vitest';
import { type MemoryServer, memoryConnector } from '../memory/connector.ts';
import type { ChaosLimits, ChaosSubject, Fault } from './subject.ts';

/** A call's time limit. The clock stands still until a fault, or the end of the run, turns it. */
const TIMEOUT_MS = 5_000;
/** After so many microtasks without a result the clock is turned by a millisecond: the client waits for a timer. */
const MICROTASKS_PER_TICK = 64;
/** How long a faulted call may take on the turned clock until it counts as hung. */
const HANG_MS = 120_000;
/** No client takes so many microtasks for one call against a server in memory. */
const MAX_STEPS = 5_000;
/** Before `connect` there is no client; its run is named so. */
const CONNECT = 'connect';

/** What one call made of one fault at every moment. */
export interface ChaosReport {
  /** `query, abort`. */
  readonly run: string;
  /** At how many moments the fault was injected. */
  readonly steps: number;
  /** What went wrong: `step 12: ...`. Empty when all is well. */
  readonly violations: readonly string[];
}

/** The faults that are tried. */
export const FAULTS: readonly Fault[] = ['abort', 'timeout', 'close', 'end', 'reset', 'destroy'];

/**
 * Runs a call with one fault at every moment. It needs vitest's fake timers (`vi.useFakeTimers()`).
 *
 * Each time: the call settles, with a `FairleadError` if it fails; the next call on the same client gets its own answer or
 * an error; the client closes; the server saw nothing of a call that failed with `safeToRetry`.
 * @param call A name of `subject.calls`, or `connect`.
 */
export async function runChaos<Client>(
  subject: ChaosSubject<Client>,
  call: string,
  fault: Fault,
): Promise<ChaosReport> {
  const violations: string[] = [];
  let steps = 0;
  for (let hit = true; hit && steps < MAX_STEPS; steps += 1) {
    const one = new Run(subject, call, fault);
    hit = await one.at(steps);
    violations.push(...one.violations.map((text) => `step ${steps}: ${text}`));
  }
  return { run: `${call}, ${fault}`, steps, violations };
}

/** How a promise has settled. */
interface Outcome {
  readonly value?: unknown;
  readonly error?: unknown;
}

class Run<Client> {
  readonly violations: string[] = [];
  readonly #subject: ChaosSubject<Client>;
  readonly #call: string;
  readonly #fault: Fault;
  readonly #seen = new Set<string>();
  readonly #servers: MemoryServer[] = [];
  readonly #transports: Transport[] = [];
  readonly #abort = new AbortController();
  #isCut = false;

  constructor(subject: ChaosSubject<Client>, call: string, fault: Fault) {
    this.#subject = subject;
    this.#call = call;
    this.#fault = fault;
  }

  /** @returns Whether the call was still under way at `step`. */
  async at(step: number): Promise<boolean> {
    const { signal } = this.#abort;
    const marker = `chaos${step}x`;
    const connecting = this.#call === CONNECT;
    const limits: ChaosLimits = { signal, timeoutMs: TIMEOUT_MS };
    const forever: ChaosLimits = { signal: new AbortController().signal, timeoutMs: HANG_MS * 2 };
    const opened = connecting ? undefined : await this.#await('connect', this.#open(forever));
    const client = opened?.value as Client | undefined;
    if (!connecting && client === undefined) return this.#violation('the client does not connect', false);
    const under = connecting
      ? this.#open(limits)
      : this.#subject.calls[this.#call]?.(client as Client, limits, marker);
    const call = watched(under ?? Promise.reject(new Error(`no call is named ${this.#call}`)));
    for (let n = 0; n < step && call.outcome === undefined; n += 1) {
      await Promise.resolve();
      if (n % MICROTASKS_PER_TICK === MICROTASKS_PER_TICK - 1) vi.advanceTimersByTime(1);
    }
    const hit = call.outcome === undefined;
    if (hit) this.#inject(client);
    const outcome = await this.#await(this.#call, call);
    this.#judge(outcome, marker);
    await this.#afterwards(
      client ?? (connecting ? (outcome?.value as Client | undefined) : undefined),
      forever,
    );
    if (outcome !== undefined) this.#judgeRetry(outcome, marker);
    return hit;
  }

  #open(limits: ChaosLimits): Promise<Client> {
    const dial = memoryConnector(async (server) => {
      this.#servers.push(server);
      const world = {
        saw: (marker: string) => void this.#seen.add(marker),
        breach: (what: string) => void this.violations.push(`the client broke the protocol: ${what}`),
      };
      await this.#subject.serve(server, world).catch((error: unknown) => {
        if (!this.#isCut && !isFairleadError(error)) this.violations.push(`the server: ${String(error)}`);
      });
    });
    const connector: Connector = async (address, options) => {
      const transport = await dial(address, options);
      this.#transports.push(transport);
      return transport;
    };
    return this.#subject.connect(connector, limits);
  }

  #inject(client: Client | undefined): void {
    this.#isCut = this.#fault !== 'timeout';
    const first = this.#servers[0];
    if (this.#fault === 'abort') this.#abort.abort(new Error('chaos'));
    else if (this.#fault === 'timeout') vi.advanceTimersByTime(TIMEOUT_MS + 1);
    else if (this.#fault === 'end') first?.end();
    else if (this.#fault === 'reset') first?.reset();
    else if (this.#fault === 'destroy')
      this.#transports[0]?.destroy(new FairleadError('connection_lost', 'Chaos.'));
    else if (client !== undefined) this.#subject.close(client).catch(() => undefined);
  }

  #judge(outcome: Outcome | undefined, marker: string): void {
    const error = outcome?.error;
    if (error === undefined) return;
    if (!isFairleadError(error)) this.#violation(`a foreign error: ${String(error)}`);
    else if (error.message.includes(marker) && this.#fault === 'abort')
      this.#violation('the error repeats the text');
  }

  /** At the very end: what was under way when the call failed has arrived by then. */
  #judgeRetry({ error }: Outcome, marker: string): void {
    if (!isFairleadError(error) || !error.safeToRetry || !this.#seen.has(marker)) return;
    this.#violation(`${error.code} is safe to retry, and the server had it`);
  }

  /** The connection is in order, or it has ended; and it can be closed. */
  async #afterwards(client: Client | undefined, limits: ChaosLimits): Promise<void> {
    if (client === undefined) return;
    const probe = await this.#await('the next call', this.#subject.probe(client, limits));
    if (probe?.value === false) this.#violation('the next call got an answer that is not its own');
    if (probe?.error !== undefined && !isFairleadError(probe.error)) {
      this.#violation(`the next call: a foreign error: ${String(probe.error)}`);
    }
    await this.#await('close', this.#subject.close(client));
  }

  /** Lets everything run, and the clock too, until `work` settles. */
  async #await(what: string, work: Promise<unknown> | Watched): Promise<Outcome | undefined> {
    const watch = 'outcome' in work ? work : watched(work);
    for (let ms = 0; ms < HANG_MS; ms += ms < 100 ? 1 : 250) {
      for (let n = 0; n < MICROTASKS_PER_TICK && watch.outcome === undefined; n += 1) await Promise.resolve();
      if (watch.outcome !== undefined) return watch.outcome;
      vi.advanceTimersByTime(ms < 100 ? 1 : 250);
    }
    this.#violation(`${what} never settles`);
    return undefined;
  }

  #violation(text: string, result = true): boolean {
    this.violations.push(text);
    return result;
  }
}

interface Watched {
  outcome: Outcome | undefined;
}

function watched(work: Promise<unknown>): Watched {
  const watch: Watched = { outcome: undefined };
  work.then(
    (value) => {
      watch.outcome = { value };
    },
    (error: unknown) => {
      watch.outcome = { error: error ?? new Error('it rejected with nothing') };
    },
  );
  return watch;
}
