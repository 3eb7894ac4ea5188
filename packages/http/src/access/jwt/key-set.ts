// An issuer's public keys: fetched when first needed, kept for a while, fetched again for a key that is not among them, and never
// more often than a flood of forged JWTs may make it.
import { Alarm, deferred } from '@fairlead/client';
import { isFairleadError } from '@fairlead/errors';
import { createLocalJWKSet } from 'jose/jwks/local';
import type { RouteContext } from '../../app/contract.ts';
import { fetchBytes } from '../../outgoing/fetch-bytes.ts';
import { HttpProblem } from '../../problems/http-problem.ts';
import { withDeadline } from '../../request/client.ts';
import { limitFrom } from '../../request/request-time.ts';

/** Keys of this age are used without a look at the issuer. */
const FRESH_MS = 600_000;
/** Keys of this age are used while the issuer cannot be reached; what it has withdrawn lives no longer. */
const STALE_MS = 3_600_000;
/** The least time between two attempts, for keys that are not among those at hand, and after a failure. */
const COOLDOWN_MS = 30_000;
const RETRY_MS = 5_000;
const FETCH_MS = 5_000;
/** How often a request looks whether another one's fetch has brought the first keys. */
const LOOK_MS = 20;
const MAX_BYTES = 262_144;

/** Finds the key of a JWS, as `jwtVerify` of `jose` asks for it. */
export type Keys = ReturnType<typeof createLocalJWKSet>;

/** The keys at one URL. What is kept is keys, never a promise: workerd ties a promise to the request that made it. */
export class KeySet {
  readonly #url: string;
  #keys: Keys | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;
  /** When the fetch that goes on was begun; one whose request has been cut off counts until its time is over. */
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(url: string) {
    this.#url = url;
  }

  /**
   * The keys to verify with.
   * @throws HttpProblem 503 with `Retry-After`: there are none, and the issuer cannot be reached.
   */
  async current(c: RouteContext): Promise<Keys> {
    if (this.#keys !== undefined && Date.now() - this.#fetchedAt < FRESH_MS) return this.#keys;
    return this.#load(c);
  }

  /** Newer keys than those that lack one, if it is time to ask for them and no other request does. */
  async newer(c: RouteContext): Promise<Keys | undefined> {
    return this.#isAsking || Date.now() - this.#fetchedAt < COOLDOWN_MS ? undefined : this.#load(c);
  }

  get #isAsking(): boolean {
    return Date.now() - this.#askedAt < FETCH_MS;
  }

  get #usable(): Keys | undefined {
    return Date.now() - this.#fetchedAt < STALE_MS ? this.#keys : undefined;
  }

  async #load(c: RouteContext): Promise<Keys> {
    // One request asks at a time. The others look at what has come, since they cannot wait for another request's promise.
    while (this.#isAsking && this.#usable === undefined) {
      const looking = deferred<void>();
      new Alarm(looking.resolve).ringBy(Date.now() + LOOK_MS);
      await looking.promise;
      if (this.#usable !== undefined) return this.#usable;
    }
    let cause: unknown;
    if (!this.#isAsking && Date.now() - this.#failedAt >= RETRY_MS) {
      this.#askedAt = Date.now();
      try {
        this.#keys = createLocalJWKSet(await this.#fetch(c));
        this.#fetchedAt = Date.now();
        return this.#keys;
      } catch (error) {
        // That the caller has gone says nothing about the issuer.
        if (isFairleadError(error) && error.code === 'aborted') throw error;
        cause = error;
        this.#failedAt = Date.now();
      } finally {
        this.#askedAt = Number.NEGATIVE_INFINITY;
      }
    }
    if (this.#usable !== undefined) return this.#usable;
    throw new HttpProblem('unavailable', 'The keys of the issuer of JWTs cannot be fetched at the moment.', {
      headers: { 'Retry-After': String(RETRY_MS / 1000) },
      cause,
    });
  }

  async #fetch(c: RouteContext): Promise<Parameters<typeof createLocalJWKSet>[0]> {
    const headers = { Accept: 'application/jwk-set+json, application/json' };
    const bytes = await withDeadline(
      c,
      (signal) => fetchBytes(this.#url, { headers, signal, maxBytes: MAX_BYTES }),
      limitFrom(c, FETCH_MS),
    );
    return JSON.parse(new TextDecoder().decode(bytes));
  }
}
