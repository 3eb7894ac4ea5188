// Many users at once, for as long as it is wanted: it notes what each was told and when. It makes no faults.
import type { Caller } from './caller.ts';
import type { Places, User } from './users.ts';

/** What one request came to. */
export interface Outcome {
  readonly user: User;
  readonly nonce: string;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly endedAt: number;
  /**
   * `right`; `wrong`: an answer that is another one's, or none of the promised ones; `refused`: a problem as the gateway
   * describes them; `lost`: the connection to the Worker ended; `hang`.
   */
  readonly kind: 'right' | 'wrong' | 'refused' | 'lost' | 'hang';
  readonly code: string;
  readonly safeToRetry: boolean;
  /** What came, of what is wrong. */
  readonly body: unknown;
}

/** How a load is made. */
export interface LoadOptions {
  readonly users: readonly User[];
  /** How many requests run at once. */
  readonly concurrent: number;
  readonly places: Places;
  /** The pause between a request's end and the user's next one. */
  readonly pauseMs?: number;
}

/**
 * How long past its time limit an answer may come: a client waits a second for the server to end a statement, and a machine that
 * has much to do needs some time for what is due.
 */
const GRACE_MS = 2_500;
/** How long past it a caller goes on waiting, so that it is known how late the answer came. */
const PATIENCE_MS = 10_000;
/** Users that ask as fast as they can leave no time for the servers, the proxies and the Worker, which share one machine. */
const PAUSE_MS = 100;
let nonces = 0;

/** A load that runs until `stop`. */
export class Load {
  readonly outcomes: Outcome[] = [];
  readonly #caller: Caller;
  readonly #options: LoadOptions;
  readonly #run = Math.random().toString(36).slice(2, 8);
  readonly #running: Promise<unknown>;
  #isStopped = false;

  constructor(caller: Caller, options: LoadOptions) {
    this.#caller = caller;
    this.#options = options;
    const { users, concurrent } = options;
    const loops = Array.from({ length: concurrent }, (_, i) => users[i % users.length] as User);
    this.#running = Promise.all(loops.map((user) => this.#loop(user)));
  }

  /** Lets every user's last request end. */
  async stop(): Promise<readonly Outcome[]> {
    this.#isStopped = true;
    await this.#running;
    return this.outcomes;
  }

  async #loop(user: User): Promise<void> {
    const { pauseMs = PAUSE_MS } = this.#options;
    while (!this.#isStopped) {
      nonces += 1;
      const outcome = await once(this.#caller, user, `${this.#run}-${nonces}`, this.#options.places);
      this.outcomes.push(outcome);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** Makes one request of a user's. */
export async function once(caller: Caller, user: User, nonce: string, places: Places): Promise<Outcome> {
  const { path, ask, isRight } = user.wish(nonce, places);
  const { timeoutMs } = places;
  const startedAt = performance.now();
  const answer = await caller.ask(path, { ...ask, timeoutMs, patienceMs: timeoutMs + PATIENCE_MS });
  const { status, body, ms } = answer;
  const isHang = ms > timeoutMs + GRACE_MS;
  const { code, safeToRetry } = body;
  const isProblem = status >= 400 && typeof code === 'string' && typeof safeToRetry === 'boolean';
  const isWell = code !== 'overloaded' || answer.retryAfter !== undefined || path === '/job';
  let kind: Outcome['kind'] = 'wrong';
  if (isHang) kind = 'hang';
  else if (status === 0) kind = 'lost';
  else if (status === 200 && isRight(body)) kind = 'right';
  else if (isProblem && isWell && code !== 'internal' && code !== 'unknown') kind = 'refused';
  return {
    user,
    nonce,
    startedAt,
    endedAt: performance.now(),
    kind,
    code: typeof code === 'string' ? code : String(status),
    safeToRetry: safeToRetry === true,
    body: kind === 'right' ? undefined : { ...body, status, ms },
  };
}

/** How many requests came to what, by user. */
export function summary(outcomes: readonly Outcome[]): Record<string, Record<string, number>> {
  const table: Record<string, Record<string, number>> = {};
  for (const { user, kind, code } of outcomes) {
    const row = table[user.name] ?? {};
    table[user.name] = row;
    const column = kind === 'refused' ? code : kind;
    row[column] = (row[column] ?? 0) + 1;
  }
  return table;
}
