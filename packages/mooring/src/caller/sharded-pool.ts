// One pool as its callers see it: the objects that share it, by name, and the one that a client's connection goes to.
import { toBase64 } from '@fairlead/bytes';
import type { LocationHint } from '../location.ts';
import { objectId, objectStub } from '../namespace.ts';
import { checkPlain } from '../plain-settings.ts';
import { limitsOf, type PoolChoice, type PoolDefaults, shareOf } from '../pool/limits.ts';
import type { PoolStats } from '../pool/metrics.ts';
import type { MooringNamespace, MooringStub, PoolName, Settings } from '../types.ts';
import { type PoolCaller, PoolClient } from './pool-client.ts';
import { chooseShard } from './shards.ts';

/** What a pool is named by and held to. */
export interface PoolTarget extends PoolName {
  /**
   * How long the server may take for an answer, in milliseconds: beyond it the connection is cut, on the server too. Clients end
   * their calls themselves; this is for callers that have gone. Default 900,000.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Whether the login's secret changes from call to call, as one that a function gives: it is left out of the object's name, and the
   * latest one is used for the next login. Default: it stays.
   */
  readonly secretChanges?: boolean | undefined;
  /** Where the object is made, at its first use. Another one names another object. */
  readonly locationHint?: LocationHint | undefined;
}

/** What a pool has by its protocol. */
export interface PoolTargetOptions extends Pick<PoolTarget, 'secretChanges'> {
  /** In place of the usual defaults. */
  readonly defaults?: PoolDefaults | undefined;
}

/**
 * A pool's target from what a client on a mooring is told.
 * @param settings What the pool's login needs.
 * @param choice The client's options.
 * @throws FairleadError `usage`.
 */
export function poolTarget(
  protocol: string,
  settings: Settings,
  { pool, locationHint, timeoutMs }: PoolChoice & Pick<PoolTarget, 'timeoutMs'>,
  { secretChanges, defaults }: PoolTargetOptions = {},
): PoolTarget {
  return { protocol, settings, limits: limitsOf(pool, defaults), timeoutMs, locationHint, secretChanges };
}

/** One of a pool's objects, for operators: across RPC, so that each call may reject. */
export interface PoolObject extends MooringStub {
  /** What it is doing; `undefined` before its first call. */
  stats(): Promise<PoolStats | undefined>;
  /** Closes what is idle, and what is lent as it is given back. Settles with how many connections that are. */
  drain(): Promise<number>;
}

/**
 * To be raised when the calls between callers and objects change: for minutes after a deployment objects run their old code, and
 * new callers must not meet them. Another version is another object.
 */
const CALLS_VERSION = 1;
/** Names by what they are digests of: the same few pools come with each request. */
const NAMES = /* @__PURE__ */ new Map<string, string>();
const MAX_NAMES = 256;
const DEFAULT_TIMEOUT_MS = 900_000;

/** A caller's way to the objects of one pool. */
export class ShardedPool {
  readonly #namespace: MooringNamespace;
  readonly #target: PoolTarget;
  readonly #clients = new Map<number, PoolClient>();
  /** Of all objects: a cancellation may come by another one than the statement that it is for. */
  readonly caller: PoolCaller = { channels: new Map() };

  constructor(namespace: MooringNamespace, target: PoolTarget) {
    this.#namespace = namespace;
    this.#target = target;
  }

  /** The object for another connection of the client; `end` is called once, when the connection has ended. */
  async choose(): Promise<{ readonly client: PoolClient; end(): void }> {
    const name = await digest(this.#target);
    const { shards } = this.#target.limits;
    if (shards === 1) return { client: this.#client(name, 0), end: nothing };
    const { shard, end } = chooseShard(name, shards);
    return { client: this.#client(name, shard), end };
  }

  /** All objects, in the order of their numbers. */
  async objects(): Promise<readonly PoolObject[]> {
    const name = await digest(this.#target);
    return Array.from({ length: this.#target.limits.shards }, (_, shard) => this.#object(name, shard));
  }

  #client(pool: string, shard: number): PoolClient {
    const known = this.#clients.get(shard);
    if (known !== undefined) return known;
    const { protocol, settings, limits, timeoutMs = DEFAULT_TIMEOUT_MS, secretChanges } = this.#target;
    const share = { protocol, settings, limits: shareOf(limits, shard) };
    const name = this.#nameOf(pool, shard);
    const client = new PoolClient(this.#object(pool, shard), name, share, {
      timeoutMs,
      tellsAlways: secretChanges,
      caller: this.caller,
    });
    this.#clients.set(shard, client);
    return client;
  }

  #nameOf(pool: string, shard: number): string {
    return this.#target.limits.shards === 1 ? pool : `${pool}/${shard}`;
  }

  #object(pool: string, shard: number): PoolObject {
    const id = objectId(this.#namespace, this.#nameOf(pool, shard));
    return objectStub(this.#namespace, id, this.#target.locationHint) as PoolObject;
  }
}

/** One name for equal pools: a digest, of a password too unless that changes. */
async function digest({
  protocol,
  settings,
  limits,
  locationHint,
  secretChanges = false,
}: PoolTarget): Promise<string> {
  checkPlain(settings);
  const named = secretChanges ? withoutSecrets(settings) : settings;
  const text = JSON.stringify([CALLS_VERSION, protocol, named, limits, locationHint, secretChanges]);
  const known = NAMES.get(text);
  if (known !== undefined) return known;
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const name = `${protocol}:${toBase64(new Uint8Array(hash))}`;
  if (NAMES.size >= MAX_NAMES) NAMES.clear();
  NAMES.set(text, name);
  return name;
}

function withoutSecrets({ url, options }: Settings): Settings {
  return { url, options: { ...options, password: undefined, accessToken: undefined } };
}

const nothing = (): void => undefined;
